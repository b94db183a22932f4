"""Trying a version before it counts, and calibrating it against what was won and lost."""
