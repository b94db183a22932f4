"""Possible duplicates, and the receipts of merges."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import strawberry
import strawberry_django
from django.db.models import Prefetch
from strawberry import relay
from strawberry_django.optimizer import OptimizerStore, optimize

from leads import models
from leads.domain.identity import Likeness, in_words
from leads.domain.merging import differed_in, moved_in, moved_said
from leads.global_ids import global_id
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.models import Door, MergeKind
from leads.models.mergeable import MergeableModel
from leads.services.duplicates import Duplicate


@strawberry.type(description="Another organization or contact that may be the same.")
class PossibleDuplicate:
    other: strawberry.ID = strawberry.field(description="The global id of the other one, for `node` and for merging.")
    name: str = strawberry.field(description="What the other one is called.")
    detail: str = strawberry.field(description="The other one's domain or e-mail address; empty if not known.")
    reasons: list[Likeness] = strawberry.field(description="Why it may be the same.")
    text: str = strawberry.field(description="The reasons in words, such as: Same domain and same name.")


def duplicate_out(type_name: str, found: Duplicate) -> PossibleDuplicate:
    detail = found.row.domain if type_name == "Organization" else found.row.email
    return PossibleDuplicate(
        other=strawberry.ID(global_id(type_name, found.row.pk)),
        name=found.row.name,
        detail=detail,
        reasons=list(found.why),
        text=in_words(found.why),
    )


@strawberry.type(description="How many of something came to the kept one when two were merged.")
class MergedPart:
    count: int = strawberry.field(description="How many.")
    text: str = strawberry.field(description="In words, such as: 3 recordings.")


@strawberry.type(description="What the merged one said otherwise, and the kept one goes on saying.")
class MergeDifference:
    what: str = strawberry.field(description="What it is about, such as: Title.")
    kept: str = strawberry.field(description="What the kept one said then; may be empty.")
    gone: str = strawberry.field(description="What the merged one said, which was not taken over.")


@strawberry_django.type(models.Merge, description="The receipt of one merge of two that were the same.")
class Merge(relay.Node):
    kind: MergeKind = column("What was merged.")
    kept_label: str = column("What the kept one was called then.")
    gone_label: str = column("What the merged one was called.")
    at: datetime = column("When.")
    author: Membership | None = column("Who merged them; null for the system.")
    door: Door = column("Through which door.")

    @computed("The global id of the one that was merged, for `node`.", only=["kind", "gone_key"])
    def gone(self, info: strawberry.Info) -> strawberry.ID:
        return strawberry.ID(global_id(self.kind.capitalize(), self.gone_key))

    @computed("What came to the kept one.", only=["moved"])
    def moved(self, info: strawberry.Info) -> list[MergedPart]:
        return [MergedPart(count=part.count, text=part.said) for part in moved_in(self.moved)]

    @computed("The same in words, such as: 3 recordings, 1 touch.", only=["moved"])
    def moved_text(self, info: strawberry.Info) -> str:
        return moved_said(moved_in(self.moved))

    @computed("What the merged one said that was not taken over.", only=["differed"])
    def differed(self, info: strawberry.Info) -> list[MergeDifference]:
        return [MergeDifference(what=one.what, kept=one.kept, gone=one.gone) for one in differed_in(self.differed)]


def merged_into_out(type_name: str, row: Any) -> strawberry.ID | None:
    return strawberry.ID(global_id(type_name, row.merged_into_id)) if row.merged_into_id is not None else None


def merged_into_it(model: type[MergeableModel]) -> Callable[[strawberry.Info], "Prefetch[Any]"]:
    """Return what fetches the rows that were merged into those of a list at once, oldest first."""

    def fetch(info: strawberry.Info) -> "Prefetch[Any]":
        pointer = OptimizerStore.with_hints(only=["merged_into"])
        gone = optimize(model.everything.order_by("id"), info, store=pointer)
        return Prefetch("merged_from", gone, to_attr="gone_ones")

    return fetch
