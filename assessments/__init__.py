"""What to ask, and what the answers mean. May import from leads, never from playbook or config."""
