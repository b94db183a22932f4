"""What this app does; every door calls these."""

from playbook.services.escalating import escalate_overdue
from playbook.services.hand_off_rules import (
    HandOffRuleChanges,
    add_hand_off_rule,
    archive_hand_off_rule,
    change_hand_off_rule,
    place_hand_off_rule,
)
from playbook.services.hand_offs import (
    accept_hand_off,
    offer_hand_off,
    offer_hand_off_locked,
    reject_hand_off,
    withdraw_hand_off,
)

__all__ = [
    "HandOffRuleChanges",
    "accept_hand_off",
    "add_hand_off_rule",
    "archive_hand_off_rule",
    "change_hand_off_rule",
    "escalate_overdue",
    "offer_hand_off",
    "offer_hand_off_locked",
    "place_hand_off_rule",
    "reject_hand_off",
    "withdraw_hand_off",
]
