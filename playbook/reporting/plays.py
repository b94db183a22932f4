"""Plays with what became of them, and what could not be worked off, as managers read them."""

from collections.abc import Iterable, Mapping
from typing import Any

import graphene
from django.db.models import Count

from leads.global_ids import global_id
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import describe
from leads.reporting.types import Lead
from playbook import models
from playbook.domain.happenings import Happening
from playbook.domain.results import in_words
from playbook.domain.steps import RunStatus
from playbook.filters import EventFailureFilterSet, PlayRunFilterSet
from playbook.meanings import MEANINGS

for _enum in (Happening, RunStatus):
    describe(_enum, MEANINGS[_enum])

KNOWN = frozenset(happening.value for happening in Happening)


class Play(Row):
    class Meta:
        model = models.Play
        description = "When this happens and that holds, do these steps. Off until somebody switches it on."
        columns = {
            "key": "Its stable name.",
            "name": "What a person reads.",
            "condition": "What must hold at that moment; empty: nothing more.",
            "switched_on_at": "It answers what happens from then on; null: it is off.",
            "position": "Its place among the plays; they run in this order.",
            "archived_at": "Since when it is not used any more; null while it is.",
        }

    happening = choice(Happening, "What it waits for.")


class PlayRunCounts(graphene.ObjectType):
    class Meta:
        description = "A play, and how often which became of it."

    play = graphene.Field(Play, required=True, description="The play.")
    runs = graphene.Int(required=True, description="How often it ran.")
    done = graphene.Int(required=True, description="Its steps were done.")
    did_not_apply = graphene.Int(required=True, description="Its condition did not hold.")
    unknown = graphene.Int(required=True, description="Too little was known to tell whether its condition holds.")
    stopped = graphene.Int(required=True, description="Too many plays had led to it, one after the other.")
    refused = graphene.Int(required=True, description="One of its steps was refused; nothing of it was done.")


class PlayRun(Row):
    class Meta:
        model = models.PlayRun
        description = "What a play came to for one event of a lead; there is at most one for each event."
        columns = {
            "at": "When.",
            "problem": "Why it was refused or stopped, or what is not known; empty if nothing is to be said.",
        }

    needs = {"play": "play", "lead": "lead"}

    play = to_one(Play, "The play.")
    lead = to_one(Lead, "The lead.")
    status = choice(RunStatus, "What became of it.")
    result_texts = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What became of each of its steps, in their order, in words.",
    )

    def resolve_result_texts(self: Any, info: Any) -> list[str]:
        return [in_words(result) for result in self.results]


class EventFailure(Row):
    class Meta:
        model = models.EventFailure
        description = "Something that happened, but could not be worked off."
        columns = {
            "attempts": "How often it was tried.",
            "try_again_at": "When it is tried again; null: given up, or solved.",
            "problem": "What went wrong the last time.",
            "changed_at": "When that was.",
            "solved_at": "When it was worked off after all; null while it was not.",
        }

    needs = {"happening": "event", "happenedAt": "event", "leadId": "event"}

    happening = choice(Happening, "What happened; null for something that no play waits for.", required=False)
    happened_at = graphene.DateTime(required=True, description="When it happened.")
    lead_id = graphene.ID(required=True, description="The global id of its lead.")

    def resolve_happening(self: Any, info: Any) -> str:
        return str(self.event.kind) if self.event.kind in KNOWN else ""

    def resolve_happened_at(self: Any, info: Any) -> Any:
        return self.event.at

    def resolve_lead_id(self: Any, info: Any) -> str:
        return global_id("Lead", self.event.lead_id)


PlayRunFilter = input_of(
    PlayRunFilterSet, "PlayRunFilter", "Which runs; all that is given must hold.", {"status": RunStatus}
)
EventFailureFilter = input_of(
    EventFailureFilterSet,
    "EventFailureFilter",
    "Which failures; all that is given must hold.",
    {"happening": Happening},
)


def counted_runs(plays: Iterable[models.Play]) -> list[Mapping[str, Any]]:
    """Return each of these plays with how often which became of it; one query more than for the plays."""
    rows = list(plays)
    found: dict[int, dict[str, int]] = {}
    counts = models.PlayRun.objects.filter(play__in=rows).order_by().values_list("play_id", "status")
    for play_id, status, runs in counts.annotate(runs=Count("pk")):
        found.setdefault(play_id, {})[status] = runs
    return [
        {
            "play": play,
            "runs": sum(found.get(play.pk, {}).values()),
            **{status.value: found.get(play.pk, {}).get(status.value, 0) for status in RunStatus},
        }
        for play in rows
    ]


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    play_run_counts = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(PlayRunCounts))),
        description="The plays in their order, archived ones too, and how often which became of them.",
    )
    play_runs = pages(PlayRun, "What became of plays, newest first.", by=PlayRunFilter)
    event_failures = pages(EventFailure, "What could not be worked off, newest first.", by=EventFailureFilter)

    def resolve_play_run_counts(root: Any, info: Any) -> list[Mapping[str, Any]]:
        return counted_runs(models.Play.objects.visible_to(info.context.viewer))
