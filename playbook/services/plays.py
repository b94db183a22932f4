"""Writing plays, and switching them on and off.

A play is checked whenever it is written, and again when it is switched on; one that is on stays on when it is changed,
is checked for loops too, and does what it says from then on. Managers take turns, so that two of them cannot make a
loop between them. See `docs/plays.md`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from assessments.models import AssessmentTemplate
from leads import permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.errors import DomainError
from leads.domain.rules.naming import key_from
from leads.domain.stages import Stage
from leads.domain.values import ValueType
from leads.models import Attribute, Business, Membership, Role
from leads.services.lines import line, words
from leads.tenancy import Viewer
from playbook.domain.happenings import Happening
from playbook.domain.loops import Link, loop_with
from playbook.domain.matching import Waiting
from playbook.domain.playing import PlaySpec, StepSpec, Surroundings, check_play
from playbook.domain.starter_plays import STARTER_PLAYS
from playbook.domain.steps import ActionKind, Addressee, DueUnit, StepKind
from playbook.models import Phase, Play, PlayStep, Webhook
from playbook.services.compiled import waiting_of
from playbook.services.facts import names_for


class PlayRefused(DocumentRefused):
    """Everything that is wrong with a play."""

    code = "play_refused"


class PlaysLoop(DomainError):
    code = "plays_loop"


class PlayKeyTaken(DomainError):
    code = "play_key_taken"


class PlayArchived(DomainError):
    code = "play_archived"


# --- Writing -------------------------------------------------------------------------------------


@transaction.atomic
def create_play(*, spec: PlaySpec, by: Viewer) -> Play:
    """Add a play after the others, switched off; without a key, one is made out of its name."""
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    spec = checked(spec, by)
    others = Play.objects.filter(business=by.business)
    taken = set(others.values_list("key", flat=True))
    key = spec.key.strip() or key_from(spec.name, taken, noun="play")
    if key in taken:
        raise PlayKeyTaken(f"There is a play with the key {key} already.", field="key")
    last = others.aggregate(last=Max("position"))["last"]
    play = Play(business=by.business, key=key, position=0 if last is None else last + 1)
    _write(play, spec)
    return play


@transaction.atomic
def change_play(*, play_id: int | None, spec: PlaySpec, expected_revision: int, by: Viewer) -> Play:
    """Write a play anew, all of it but its key; one that is on is checked for loops and goes on as it is now."""
    permissions.require(by, "author")
    play = _in_turn(play_id, expected_revision, by)
    _in_use(play)
    spec = checked(spec, by)
    if play.switched_on_at is not None:
        _refuse_loop(play.pk, spec, by)
    play.revision += 1
    _write(play, spec)
    return play


@transaction.atomic
def copy_play(*, play_id: int | None, by: Viewer) -> Play:
    """Add a copy of a play, switched off."""
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    spec = spec_of(find_play(play_id, by))
    return create_play(spec=replace(spec, key="", name=f"Copy of {spec.name}"[:200]), by=by)


@transaction.atomic
def place_play(*, play_id: int | None, place: int, by: Viewer) -> Play:
    """Put a play at another place among the plays in use, counted from 0; that is the order in which they run."""
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    play = find_play(play_id, by)
    _in_use(play)
    others = Play.objects.filter(business=by.business, archived_at__isnull=True).exclude(pk=play.pk)
    order = list(others.order_by("position", "id"))
    order.insert(min(max(place, 0), len(order)), play)
    for position, each in enumerate(order):
        each.position = position
    Play.objects.bulk_update(order, ["position"])
    return play


@transaction.atomic
def begin_plays(business: Business) -> int:
    """Give a business those plays of the default process that it has none of the same key of, off; return how many.

    Its managers try them on what happened, then switch them on. Tests see to it that they are right, and that none
    leads back to itself.
    """
    selectors.take_turn(business)
    there = set(Play.objects.filter(business=business).values_list("key", flat=True))
    wanted = [(position, spec) for position, spec in enumerate(STARTER_PLAYS) if spec.key not in there]
    plays: list[Play] = []
    for position, spec in wanted:
        play = Play(business=business, key=spec.key, position=position)
        _fill(play, spec)
        plays.append(play)
    Play.objects.bulk_create(plays)
    PlayStep.objects.bulk_create(
        row for play, (_, spec) in zip(plays, wanted, strict=True) for row in _step_rows(play, spec)
    )
    return len(plays)


@transaction.atomic
def use_starter_plays(*, by: Viewer, now: datetime) -> int:
    """Switch on the plays of the default process that are off and not archived; return how many.

    Those that are not there are added first. Raises PlayRefused or PlaysLoop if one of them was changed so that it
    cannot be used; then none is switched on.
    """
    begin_plays(by.business)
    keys = [spec.key for spec in STARTER_PLAYS]
    off = Play.objects.filter(business=by.business, key__in=keys, switched_on_at__isnull=True, archived_at__isnull=True)
    rows = list(off.values_list("pk", "revision"))
    for pk, revision in rows:
        switch_on(play_id=pk, expected_revision=revision, by=by, now=now)
    return len(rows)


# --- On and off ----------------------------------------------------------------------------------


@transaction.atomic
def switch_on(*, play_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Play:
    """Let a play answer what happens from now on; raise PlayRefused or PlaysLoop."""
    permissions.require(by, "author")
    play = _in_turn(play_id, expected_revision, by)
    _in_use(play)
    if play.switched_on_at is None:
        spec = checked(spec_of(play), by)
        _refuse_loop(play.pk, spec, by)
        _save(play, switched_on_at=now)
    return play


@transaction.atomic
def switch_off(*, play_id: int | None, expected_revision: int, by: Viewer) -> Play:
    """Let a play answer nothing any more, not even what happened already and was not worked off yet."""
    permissions.require(by, "author")
    play = _in_turn(play_id, expected_revision, by)
    if play.switched_on_at is not None:
        _save(play, switched_on_at=None)
    return play


@transaction.atomic
def archive_play(*, play_id: int | None, archived: bool, expected_revision: int, by: Viewer, now: datetime) -> Play:
    """Use a play no more, or again; it is off then. Its runs stay."""
    permissions.require(by, "author")
    play = _in_turn(play_id, expected_revision, by)
    if archived != (play.archived_at is not None):
        _save(play, archived_at=now if archived else None, switched_on_at=None)
    return play


def _save(play: Play, **changed: datetime | None) -> None:
    for name, value in changed.items():
        setattr(play, name, value)
    play.revision += 1
    play.save(update_fields=(*changed, "revision"))


# --- Reading -------------------------------------------------------------------------------------


def find_play(play_id: int | None, by: Viewer) -> Play:
    found = Play.objects.visible_to(by).filter(pk=play_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such play.", field="play")
    return found


def spec_of(play: Play) -> PlaySpec:
    """Return a play as it was written."""
    return PlaySpec(
        key=play.key,
        name=play.name,
        happening=Happening(play.happening),
        from_stage=Stage(play.from_stage) if play.from_stage else None,
        to_stage=Stage(play.to_stage) if play.to_stage else None,
        to_phase=play.to_phase,
        attribute=play.attribute,
        days=play.days,
        condition=play.condition,
        steps=tuple(
            StepSpec(
                action=ActionKind(step.action),
                step_kind=StepKind(step.step_kind) if step.step_kind else None,
                title=step.title,
                text=step.text,
                addressee=Addressee(step.addressee),
                role=step.role,
                member_id=step.member_id,
                due_in=step.due_in,
                due_unit=DueUnit(step.due_unit),
                template_id=step.template_id,
                nurture_days=step.nurture_days,
                webhook_id=step.webhook_id,
            )
            for step in play.steps.all()
        ),
    )


def surroundings(business: Business) -> Surroundings:
    """Return what plays of this business may name."""
    attributes = list(Attribute.objects.filter(business=business, archived_at__isnull=True).order_by("key"))
    phases = Phase.objects.filter(business=business, archived_at__isnull=True)
    return Surroundings(
        names=names_for(business),
        attributes=[each.key for each in attributes],
        dates=[each.key for each in attributes if each.type == ValueType.DATE],
        fading=[each.key for each in attributes if each.freshness_days],
        phases=list(phases.values_list("key", flat=True)),
    )


def checked(spec: PlaySpec, by: Viewer) -> PlaySpec:
    """Return a play with its texts cleaned; raise PlayRefused with everything that is wrong with it."""
    spec = replace(
        spec,
        name=line("name", spec.name, 200),
        condition=words("condition", spec.condition),
        steps=tuple(
            replace(
                step,
                title=line(f"steps[{place}].title", step.title, 300),
                text=words(f"steps[{place}].text", step.text),
            )
            for place, step in enumerate(spec.steps)
        ),
    )
    problems = [*check_play(spec, surroundings(by.business)), *_not_there(spec.steps, by)]
    if problems:
        raise PlayRefused(problems)
    return spec


def _not_there(steps: Sequence[StepSpec], by: Viewer) -> list[Problem]:
    """Return which members, templates and webhooks are chosen that the business does not have (any more)."""
    there = {
        "member": set(Membership.objects.visible_to(by).filter(is_active=True).values_list("pk", flat=True)),
        "template": set(AssessmentTemplate.objects.visible_to(by).values_list("pk", flat=True)),
        "webhook": set(Webhook.objects.visible_to(by).filter(archived_at__isnull=True).values_list("pk", flat=True)),
    }
    found: list[Problem] = []
    for place, step in enumerate(steps):
        for name, known in there.items():
            chosen = getattr(step, f"{name}_id")
            if chosen is not None and chosen not in known:
                found.append(Problem(f"steps[{place}].{name}", f"There is no such {name}, or it is not used any more."))
        if step.role and step.role not in Role.values:
            found.append(Problem(f"steps[{place}].role", "There is no such role."))
    return found


def link_of(name: str, waiting: Waiting, actions: Sequence[str]) -> Link:
    return Link(name, waiting, frozenset(ActionKind(action) for action in actions))


def _refuse_loop(play_id: int, spec: PlaySpec, by: Viewer) -> None:
    others = Play.objects.filter(business=by.business, switched_on_at__isnull=False, archived_at__isnull=True)
    links = [
        link_of(play.name, waiting_of(play), [step.action for step in play.steps.all()])
        for play in others.exclude(pk=play_id).prefetch_related("steps")
    ]
    waiting = Waiting(
        spec.happening, spec.from_stage or "", spec.to_stage or "", spec.to_phase, spec.attribute, spec.days
    )
    loop = loop_with(link_of(spec.name, waiting, [step.action for step in spec.steps]), links)
    if loop:
        way = " → ".join(f"“{name}”" for name in (*loop, loop[0]))
        raise PlaysLoop(
            f"These plays would lead to one another for ever without anybody doing anything: {way}. "
            "Change a step of one of them, or switch one off.",
            field="steps",
        )


def _in_turn(play_id: int | None, expected_revision: int, by: Viewer) -> Play:
    selectors.take_turn(by.business)
    play = find_play(play_id, by)
    if play.revision != expected_revision:
        raise selectors.StaleRevision(
            "Somebody changed this play meanwhile. Read it again, then decide.", field="expectedRevision"
        )
    return play


def _in_use(play: Play) -> None:
    if play.archived_at is not None:
        raise PlayArchived("This play is archived. Use it again first.", field="play")


def _write(play: Play, spec: PlaySpec) -> None:
    _fill(play, spec)
    play.full_clean(exclude=["business"])
    play.save()
    play.steps.all().delete()
    PlayStep.objects.bulk_create(_step_rows(play, spec))


def _fill(play: Play, spec: PlaySpec) -> None:
    play.name, play.happening = spec.name, spec.happening.value
    play.from_stage = spec.from_stage.value if spec.from_stage else ""
    play.to_stage = spec.to_stage.value if spec.to_stage else ""
    play.to_phase, play.attribute, play.days = spec.to_phase, spec.attribute, spec.days
    play.condition = spec.condition


def _step_rows(play: Play, spec: PlaySpec) -> list[PlayStep]:
    return [
        PlayStep(
            business_id=play.business_id,
            play=play,
            position=position,
            action=step.action.value,
            step_kind=step.step_kind.value if step.step_kind else "",
            title=step.title,
            text=step.text,
            addressee=step.addressee.value,
            role=step.role,
            member_id=step.member_id,
            due_in=step.due_in,
            due_unit=step.due_unit.value,
            template_id=step.template_id,
            nurture_days=step.nurture_days,
            webhook_id=step.webhook_id,
        )
        for position, step in enumerate(spec.steps)
    ]
