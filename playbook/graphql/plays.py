"""Plays: reading, writing and trying them, what became of them, and what could not be worked off."""

from collections.abc import Iterable
from typing import Annotated, Any

import strawberry
import strawberry_django

from leads import permissions
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, pk_of
from leads.graphql.filtering import input_of
from leads.graphql.mutations import fresh
from leads.graphql.queries import NEEDED, WHICH, filtered, one
from leads.graphql.results import OperationInfo
from leads.models import TenantModel
from playbook import models
from playbook.domain.happenings import Happening
from playbook.domain.steps import RunStatus
from playbook.filters import EventFailureFilterSet, PlayRunFilterSet
from playbook.graphql import enums  # noqa: F401 (describes what plays are made of)
from playbook.graphql.play_inputs import PlayInput, trial_out, vocabulary_out
from playbook.graphql.types import plays as types
from playbook.services import plays, trial
from playbook.services.play_vocabulary import vocabulary
from playbook.services.working_off import retry_event

NODES: dict[str, type[TenantModel]] = {
    "Play": models.Play,
    "PlayStep": models.PlayStep,
    "PlayRun": models.PlayRun,
    "EventFailure": models.EventFailure,
}
NEEDED["EventFailure"] = "retry_failed_work"

PlayRunFilter: Any = input_of(
    PlayRunFilterSet, "PlayRunFilter", "Which runs; all that is given must hold.", {"status": RunStatus}
)
EventFailureFilter: Any = input_of(
    EventFailureFilterSet,
    "EventFailureFilter",
    "Which failures; all that is given must hold.",
    {"happening": Happening},
)
PlayResult = Annotated[
    types.Play | OperationInfo,
    strawberry.union("PlayResult", description="The play as it is now, or why nothing was changed."),
]
EventFailureResult = Annotated[
    types.EventFailure | OperationInfo,
    strawberry.union("EventFailureResult", description="The failure as it is now, or why nothing was changed."),
]
PlayId = Annotated[strawberry.ID, described("The play's global id.")]
Revision = Annotated[
    int, described("The play's `revision` as you read it; a conflict is answered if it changed since.")
]
Written = Annotated[PlayInput, described("All of the play; refusals name the parts of it, such as `steps[0].title`.")]


@strawberry.type
class PlaysQuery:
    @strawberry_django.field(description="The plays, in the order in which they run.")
    def plays(
        self,
        info: strawberry.Info,
        archived: Annotated[bool, described("True: with those that are not used any more.")] = False,
    ) -> list[types.Play]:
        found = models.Play.objects.visible_to(info.context.viewer)
        return found if archived else found.filter(archived_at__isnull=True)  # type: ignore[return-value]

    @strawberry.field(description="The play with this global id; null for absent and foreign alike.")
    def play(self, info: strawberry.Info, id: PlayId) -> types.Play | None:
        return one(info, models.Play.objects.all(), pk_of(id, "Play"))  # type: ignore[return-value]

    @pages("What became of plays, newest first.", KeysetConnection[types.PlayRun])
    def play_runs(
        self, info: strawberry.Info, filter: Annotated[PlayRunFilter | None, WHICH] = None
    ) -> Iterable[models.PlayRun]:
        return filtered(info, models.PlayRun, PlayRunFilter.filter_set, filter).order_by("-id")

    @pages("What could not be worked off, newest first. For managers.", KeysetConnection[types.EventFailure])
    def event_failures(
        self,
        info: strawberry.Info,
        filter: Annotated[EventFailureFilter | None, described("Which ones; by default those that are open.")] = None,
    ) -> Iterable[models.EventFailure]:
        permissions.require(info.context.viewer, "retry_failed_work")
        found = filtered(info, models.EventFailure, EventFailureFilter.filter_set, filter).order_by("-id")
        return found.filter(solved_at__isnull=True) if filter is None else found

    @strawberry.field(
        description="What a play would have done lately, whether it is saved, on, or neither. Writes nothing. For "
        "managers; null for a play that is absent or foreign. Takes some seconds where much happened."
    )
    def play_trial(
        self,
        info: strawberry.Info,
        play: Annotated[strawberry.ID | None, described("A play that is saved.")] = None,
        input: Annotated[PlayInput | None, described("Or one as it would be saved.")] = None,
        days: Annotated[int, described("How many days to look back, from 1 to 365.")] = 30,
    ) -> types.PlayTrial | None:
        context = info.context
        permissions.require(context.viewer, "author")
        play_id = pk_of(play, "Play")
        if input is None and not models.Play.objects.visible_to(context.viewer).filter(pk=play_id or 0).exists():
            return None
        context.begin_pass()
        spec = input.spec() if input is not None else None
        return trial_out(trial.try_play(play_id=play_id, spec=spec, by=context.viewer, now=context.now, days=days))

    @strawberry.field(description="What a play may wait for, do and name. For managers.")
    def play_vocabulary(self, info: strawberry.Info) -> types.PlayVocabulary:
        return vocabulary_out(vocabulary(info.context.viewer))


@strawberry.type
class PlaysMutation:
    @strawberry.mutation(description="Write a play; it is off, and runs after the others. For managers.")
    def create_play(
        self,
        info: strawberry.Info,
        input: Written,
        key: Annotated[str, described("Its stable name; by default made out of its name.")] = "",
    ) -> PlayResult:
        return fresh(info, plays.create_play(spec=input.spec(key), by=info.context.viewer))

    @strawberry.mutation(
        description="Write a play anew, all of it but its key. One that is on goes on as it is now. For managers."
    )
    def change_play(
        self, info: strawberry.Info, play: PlayId, expected_revision: Revision, input: Written
    ) -> PlayResult:
        changed = plays.change_play(
            play_id=pk_of(play, "Play"),
            spec=input.spec(),
            expected_revision=expected_revision,
            by=info.context.viewer,
        )
        return fresh(info, changed)

    @strawberry.mutation(description="Add a copy of a play; it is off. For managers.")
    def copy_play(self, info: strawberry.Info, play: PlayId) -> PlayResult:
        return fresh(info, plays.copy_play(play_id=pk_of(play, "Play"), by=info.context.viewer))

    @strawberry.mutation(description="Put a play at another place; plays run in their order. For managers.")
    def place_play(
        self,
        info: strawberry.Info,
        play: PlayId,
        place: Annotated[int, described("Counted from 0; the others close up.")],
    ) -> PlayResult:
        return fresh(info, plays.place_play(play_id=pk_of(play, "Play"), place=place, by=info.context.viewer))

    @strawberry.mutation(
        description="Let a play answer what happens from now on. Refused if plays would lead to one another for ever. "
        "For managers."
    )
    def switch_on_play(self, info: strawberry.Info, play: PlayId, expected_revision: Revision) -> PlayResult:
        context = info.context
        switched = plays.switch_on(
            play_id=pk_of(play, "Play"), expected_revision=expected_revision, by=context.viewer, now=context.now
        )
        return fresh(info, switched)

    @strawberry.mutation(
        description="Let a play answer nothing any more, not even what happened already and waits. For managers."
    )
    def switch_off_play(self, info: strawberry.Info, play: PlayId, expected_revision: Revision) -> PlayResult:
        switched = plays.switch_off(
            play_id=pk_of(play, "Play"), expected_revision=expected_revision, by=info.context.viewer
        )
        return fresh(info, switched)

    @strawberry.mutation(description="Use a play no more, or again; it is off then, and its runs stay. For managers.")
    def archive_play(
        self,
        info: strawberry.Info,
        play: PlayId,
        expected_revision: Revision,
        archived: Annotated[bool, described("False: use it again.")] = True,
    ) -> PlayResult:
        context = info.context
        changed = plays.archive_play(
            play_id=pk_of(play, "Play"),
            archived=archived,
            expected_revision=expected_revision,
            by=context.viewer,
            now=context.now,
        )
        return fresh(info, changed)

    @strawberry.mutation(
        description="Let what could not be worked off be tried again at once, with all its attempts. For managers."
    )
    def retry_event(
        self,
        info: strawberry.Info,
        failure: Annotated[strawberry.ID, described("The failure's global id.")],
    ) -> EventFailureResult:
        context = info.context
        again = retry_event(failure_id=pk_of(failure, "EventFailure"), by=context.viewer, now=context.now)
        return fresh(info, again)
