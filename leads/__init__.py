"""Whose leads, who they are, what we know of them, how we judge them, where they stand.

The lowest app: it imports from none of the others.
"""
