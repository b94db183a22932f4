"""Whether something that happened is what a play waits for; its condition is asked after that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playbook.domain.happenings import Happening


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a play waits for; what is empty is left open. `days` counts for what time brings about."""

    happening: Happening
    from_stage: str = ""
    to_stage: str = ""
    to_phase: str = ""
    attribute: str = ""
    days: int = 0


def matches(waiting: Waiting, kind: str, data: Mapping[str, Any]) -> bool:
    """Tell whether an event of this kind, with this data, is what is waited for.

    An event names stages and phases as `from` and `to`, evidence by `keys`, and what time brought about by
    `attribute` and `days`.
    """
    if kind != waiting.happening:
        return False
    match waiting.happening:
        case Happening.STAGE_CHANGED:
            return waiting.from_stage in ("", data.get("from")) and waiting.to_stage in ("", data.get("to"))
        case Happening.PHASE_CHANGED:
            return waiting.to_phase in ("", data.get("to"))
        case Happening.EVIDENCE_RECORDED:
            return not waiting.attribute or waiting.attribute in data.get("keys", ())
        case Happening.EVIDENCE_STALE:
            return waiting.attribute in ("", data.get("attribute"))
        case Happening.NOTHING_HAPPENED:
            return waiting.days == data.get("days")
        case Happening.DATE_REACHED:
            return waiting.attribute == data.get("attribute") and waiting.days == data.get("days")
        case _:
            return True
