"""The admin's part for the playbook: how managers author it, and see how it works."""

from playbook.admin import (
    deliveries,
    hand_off_rules,
    hand_offs,
    lead_panels,
    next_steps,
    phase_panels,
    play_runs,
    plays,
    process,
    stalling,
    webhooks,
)

__all__ = [
    "deliveries",
    "hand_off_rules",
    "hand_offs",
    "lead_panels",
    "next_steps",
    "phase_panels",
    "play_runs",
    "plays",
    "process",
    "stalling",
    "webhooks",
]
