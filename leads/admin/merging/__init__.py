"""Making one of two that are the same: possible duplicates beside a row, and the page that says what a merge does."""
