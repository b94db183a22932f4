"""The admin's part for the playbook: how managers author it, and see how it works."""

from playbook.admin import deliveries, hand_off_rules, hand_offs, lead_panels, play_runs, plays, webhooks

__all__ = ["deliveries", "hand_off_rules", "hand_offs", "lead_panels", "play_runs", "plays", "webhooks"]
