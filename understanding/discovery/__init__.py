"""What real messages teach: new intents, what to ask labels for, labels that look wrong."""
