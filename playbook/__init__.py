"""What to do next, and how well it all works. May import from assessments and leads, never from config."""
