"""The plays of a business that are switched on, with their conditions compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from leads.domain.rules import Name, Rule, RuleError, compile_rule
from leads.models import Business, Event
from playbook.domain.happenings import Happening
from playbook.domain.matching import Waiting, matches
from playbook.models import Play, PlayStep
from playbook.services.facts import names_for


@dataclass(frozen=True, slots=True)
class ReadyPlay:
    """A play as it is run; `problem` says why its condition cannot be asked, for instance after an attribute went."""

    play: Play
    steps: tuple[PlayStep, ...]
    waiting: Waiting
    condition: Rule | None
    problem: str = ""

    def answers(self, event: Event) -> bool:
        """Tell whether the event is what the play waits for, and came after it was switched on."""
        since = self.play.switched_on_at
        return since is not None and event.at >= since and matches(self.waiting, event.kind, event.data)


def plays_of(business: Business) -> list[ReadyPlay]:
    """Return the business's plays that are on, in their order; three queries at most."""
    found = Play.objects.filter(business=business, switched_on_at__isnull=False, archived_at__isnull=True)
    plays = list(found.prefetch_related("steps__template", "steps__webhook", "steps__member"))
    names = names_for(business) if any(play.condition for play in plays) else {}
    return [ready(play, names) for play in plays]


def ready(play: Play, names: Mapping[str, Name]) -> ReadyPlay:
    """Return a play with its condition compiled; never raises."""
    condition, problem = None, ""
    if play.condition.strip():
        try:
            condition = _compiled(play.condition, tuple(sorted(names.items())))
        except RuleError as error:
            problem = error.message
    return ReadyPlay(play, tuple(play.steps.all()), waiting_of(play), condition, problem)


def waiting_of(play: Play) -> Waiting:
    return Waiting(
        happening=Happening(play.happening),
        from_stage=play.from_stage,
        to_stage=play.to_stage,
        to_phase=play.to_phase,
        attribute=play.attribute,
        days=play.days,
    )


def listening_since(plays: list[ReadyPlay], happening: Happening) -> dict[Waiting, datetime]:
    """Return what the plays wait for of this kind, each with the time since when the first of them is on."""
    since: dict[Waiting, datetime] = {}
    for ready_play in plays:
        on_since = ready_play.play.switched_on_at
        if ready_play.waiting.happening == happening and on_since is not None:
            since[ready_play.waiting] = min(on_since, since.get(ready_play.waiting, on_since))
    return since


@lru_cache(maxsize=1_000)
def _compiled(text: str, names: tuple[tuple[str, Name], ...]) -> Rule:
    return compile_rule(text, dict(names))
