"""The two pages that a prospect opens with a link, and the same summary for members."""
