"""What became of the steps of a play, in words."""

from collections.abc import Mapping
from typing import Any

from playbook.domain.steps import ActionKind

DONE: dict[ActionKind, str] = {
    ActionKind.NEXT_STEP: "A next step was made.",
    ActionKind.START_DIAGNOSIS: "A diagnosis was begun.",
    ActionKind.PROPOSE_DIAGNOSIS: "A step to propose a diagnosis was made.",
    ActionKind.HAND_OFF: "The lead was handed off.",
    ActionKind.NURTURE: "The lead was moved to nurture.",
    ActionKind.FLAG: "A flag was raised.",
    ActionKind.EMAIL: "An e-mail was written.",
    ActionKind.WEBHOOK: "A webhook is called.",
}
NAMES: dict[ActionKind, str] = {
    ActionKind.NEXT_STEP: "Next step",
    ActionKind.START_DIAGNOSIS: "Diagnosis",
    ActionKind.PROPOSE_DIAGNOSIS: "Proposed diagnosis",
    ActionKind.HAND_OFF: "Hand-off",
    ActionKind.NURTURE: "Nurture",
    ActionKind.FLAG: "Flag",
    ActionKind.EMAIL: "E-mail",
    ActionKind.WEBHOOK: "Webhook",
}
WITHOUT_ROW = frozenset({"next_step", "flag", "email", "webhook"})


def in_words(result: Mapping[str, Any]) -> str:
    """Return what one step of a play came to: what it made, or why it made nothing."""
    action = ActionKind(result["action"])
    if "nothing" in result:
        return f"{NAMES[action]}: nothing was made. {result['nothing']}"
    if action == ActionKind.EMAIL and result.get("to", 1) > 1:
        return f"E-mails to {result['to']} members were written."
    return f"{DONE[action]} {result['turned']}" if "turned" in result else DONE[action]


def made_by(result: Mapping[str, Any]) -> str | None:
    """Return the global id of what a step made, None if it made nothing, or what is found by its run."""
    made = result.get("made")
    return None if made is None or made in WITHOUT_ROW else str(made)
