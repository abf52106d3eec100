"""Judge how a message sounds."""
