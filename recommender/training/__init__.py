"""What needs implicit, torch or Spark to learn; imported by jobs, never by what answers."""
