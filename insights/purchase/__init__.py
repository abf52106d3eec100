"""Whether a session or customer will buy."""
