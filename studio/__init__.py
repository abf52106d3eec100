"""What admins edit on pages: examples and responses, their history, trying the assistant."""
