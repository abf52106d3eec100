"""The top floor: the command line, the supervisor and how the parts are put together."""
