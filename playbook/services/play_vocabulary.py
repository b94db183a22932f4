"""What somebody who writes a play has to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads import permissions
from leads.domain.rules import Name
from leads.domain.snapshot import base_key
from leads.models import Attribute
from leads.tenancy import Viewer
from playbook.domain.facts import ANSWER, FACTS
from playbook.domain.filling import NAMED
from playbook.domain.happenings import Happening
from playbook.domain.playing import NURTURE_UNTIL
from playbook.domain.steps import ActionKind
from playbook.services.plays import surroundings

COUNTS_FOR_HAPPENING: dict[Happening, tuple[str, ...]] = {
    Happening.STAGE_CHANGED: ("fromStage", "toStage"),
    Happening.PHASE_CHANGED: ("toPhase",),
    Happening.EVIDENCE_RECORDED: ("attribute",),
    Happening.EVIDENCE_STALE: ("attribute",),
    Happening.NOTHING_HAPPENED: ("days",),
    Happening.DATE_REACHED: ("attribute", "days"),
}
ADDRESS = ("addressee", "role", "member")
STEP = ("stepKind", "title", "text", *ADDRESS, "dueIn", "dueUnit")
COUNTS_FOR_ACTION: dict[ActionKind, tuple[str, ...]] = {
    ActionKind.NEXT_STEP: STEP,
    ActionKind.START_DIAGNOSIS: ("template",),
    ActionKind.PROPOSE_DIAGNOSIS: STEP,
    ActionKind.HAND_OFF: ("text",),
    ActionKind.NURTURE: ("text", "nurtureDays"),
    ActionKind.FLAG: ("text",),
    ActionKind.EMAIL: ("title", "text", *ADDRESS),
    ActionKind.WEBHOOK: ("webhook",),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a condition may read."""

    key: str
    name: Name
    meaning: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    names: tuple[Named, ...]
    fillable: Mapping[str, str]
    phases: tuple[str, ...]
    dates: tuple[str, ...]
    attributes: tuple[str, ...]
    fading: tuple[str, ...]


def vocabulary(by: Viewer) -> Vocabulary:
    """Return what plays of this business may name, each with what it means; for who may write plays."""
    permissions.require(by, "author")
    known = surroundings(by.business)
    labels = dict(Attribute.objects.filter(business=by.business).values_list("key", "label"))
    return Vocabulary(
        names=tuple(Named(key, name, _meaning(key, labels)) for key, name in known.names.items()),
        fillable={**NAMED, **{key: labels[key] for key in known.attributes}},
        phases=tuple(known.phases),
        dates=(NURTURE_UNTIL, *known.dates),
        attributes=tuple(known.attributes),
        fading=tuple(known.fading),
    )


def _meaning(key: str, labels: Mapping[str, str]) -> str:
    if key in FACTS:
        return FACTS[key].meaning
    if key in labels:
        return labels[key]
    if key.startswith(ANSWER):
        return f"The answer to the question {key.removeprefix(ANSWER)} of the latest diagnosis."
    return f"Counted from {labels.get(base_key(key), base_key(key))}."
