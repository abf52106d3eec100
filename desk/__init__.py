"""The desk: what was said (conversations), what is to be done (tickets), and the pages of both."""
