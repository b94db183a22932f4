"""What became of leads, and the work that follows from it."""
