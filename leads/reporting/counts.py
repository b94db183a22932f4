"""How many leads there are of each kind, and how many of them were won and lost: one query each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import graphene
from django.db.models import Count, Q, QuerySet

from leads.domain.errors import DomainError
from leads.domain.stages import Level, Stage
from leads.global_ids import global_id
from leads.models import Lead, LeadOutcome
from leads.reporting.filtering import LeadFilter, filtered

GROUPS_AT_MOST = 1_000
"""More groups are no report; they are refused instead of cut off, since then the sums would be wrong."""


class TooManyGroups(DomainError):
    code = "too_many_groups"


class CountBy(Enum):
    """What leads are counted by."""

    STAGE = "stage", "Where people moved them to."
    LEVEL = "in_force", "The level in force, that of an override while it lasts."
    SOURCE = "source", "Where they came from."
    OWNER = "owner_id", "Who works on them."
    OUTCOME = "outcome", "How they ended."

    def __init__(self, column: str, description: str) -> None:
        self.column, self.description = column, description


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the count; `place` sorts where the largest does not come first."""

    key: str | None
    label: str
    count: int
    won: int
    lost: int
    place: int = 0


def count_leads(leads: QuerySet[Lead], by: CountBy, now: datetime) -> list[Group]:
    """Return the groups that have leads: stages, levels and outcomes in their order, others largest first."""
    if by is CountBy.LEVEL:
        leads = leads.with_level_in_force(now)  # type: ignore[attr-defined]
    names = ("owner__user__name", "owner__user__email") if by is CountBy.OWNER else ()
    lines = (
        leads.order_by()
        .values_list(by.column, *names)
        .annotate(
            leads_found=Count("pk"),
            leads_won=Count("pk", filter=Q(outcome=LeadOutcome.WON)),
            leads_lost=Count("pk", filter=Q(outcome=LeadOutcome.LOST)),
        )
    )
    read = list(lines[: GROUPS_AT_MOST + 1])
    if len(read) > GROUPS_AT_MOST:
        raise TooManyGroups(f"There are more than {GROUPS_AT_MOST:,} groups; filter the leads.", field="filter")
    groups = [_group(by, *line) for line in read]
    return sorted(groups, key=lambda group: (group.place, -group.count, group.label))


def _group(by: CountBy, value: Any, *rest: Any) -> Group:
    *names, count, won, lost = rest
    describe = NAMED.get(by)
    if describe is not None:
        key, label, place = describe(value)
    elif by is CountBy.OWNER and value is not None:
        key, label, place = global_id("Membership", value), names[0] or names[1], 0
    else:
        key, label, place = value or None, value or WITHOUT[by], 0
    return Group(key, label, count, won, lost, place)


def _stage(value: str) -> tuple[str | None, str, int]:
    stage = Stage(value)
    return stage.name, stage.label, list(Stage).index(stage)


def _level(value: str) -> tuple[str | None, str, int]:
    level = Level(value)
    return level.name, level.name, level.rank


def _outcome(value: str) -> tuple[str | None, str, int]:
    if not value:
        return None, "Without outcome", len(LeadOutcome)
    outcome = LeadOutcome(value)
    return outcome.name, outcome.label, list(LeadOutcome).index(outcome)


NAMED: dict[CountBy, Callable[[str], tuple[str | None, str, int]]] = {
    CountBy.STAGE: _stage,
    CountBy.LEVEL: _level,
    CountBy.OUTCOME: _outcome,
}
WITHOUT = {CountBy.SOURCE: "Without source", CountBy.OWNER: "Without owner"}


class LeadCount(graphene.ObjectType):
    class Meta:
        description = "How many leads share one stage, level, source, owner or outcome."

    key = graphene.String(
        description="What to filter by: the enum's value, the source or the owner's id; null for leads without."
    )
    label = graphene.String(required=True, description="What a person reads.")
    count = graphene.Int(required=True, description="How many leads.")
    won = graphene.Int(required=True, description="How many of them became customers.")
    lost = graphene.Int(required=True, description="How many of them ended without an order.")


def count_field() -> graphene.Field:
    def resolve(root: Any, info: Any, by: CountBy, filter: Any = None) -> list[Group]:
        return count_leads(filtered(info, Lead, LeadFilter, filter), by, info.context.now)

    return graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(LeadCount))),
        by=graphene.Argument(
            graphene.Enum.from_enum(CountBy, name="LeadCountBy"), required=True, description="What to count by."
        ),
        filter=graphene.Argument(LeadFilter, description="Which ones; by default all."),
        resolver=resolve,
        description="How many leads there are of each kind, with those won and lost. Kinds without leads are left out.",
    )
