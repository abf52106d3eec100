"""What content alone gives: a language that is a folder, an intent that is six files."""
