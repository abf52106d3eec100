"""What the assistant can do: one topic a module, thin around the functions of the lower rooms."""
