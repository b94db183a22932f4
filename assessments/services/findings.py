"""What a diagnosis brings to light: added, changed, removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from assessments.domain.answers import UnknownQuestion
from assessments.domain.findings import FindingMisplaced, Node, below, check_place, in_tree_order
from assessments.models import Diagnosis, Finding, FindingKind, NewToProspect
from assessments.services.diagnosis_rows import check_open, check_unfinished, locked_diagnosis
from assessments.services.evaluating import plan_of
from leads import permissions, selectors
from leads.domain.errors import DomainError, shortened
from leads.services.evidence import find_contact
from leads.services.lines import words
from leads.tenancy import Viewer


class FindingEmpty(DomainError):
    code = "finding_empty"


class FindingHasChildren(DomainError):
    code = "finding_has_children"


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """What to change of a finding; None leaves a part as it is.

    `to_top` takes it from its parent, `said_by_nobody` its contact from it. Moved without a position it becomes the
    last of its new siblings.
    """

    text: str | None = None
    kind: FindingKind | None = None
    parent_id: int | None = None
    to_top: bool = False
    position: int | None = None
    questions: Sequence[str] | None = None
    new_to_prospect: NewToProspect | None = None
    said_by_id: int | None = None
    said_by_nobody: bool = False


@transaction.atomic
def add_finding(
    *,
    diagnosis_id: int | None,
    kind: FindingKind,
    text: str,
    by: Viewer,
    now: datetime,
    parent_id: int | None = None,
    position: int | None = None,
    questions: Sequence[str] = (),
    new_to_prospect: NewToProspect = NewToProspect.UNKNOWN,
    said_by_id: int | None = None,
) -> Finding:
    """Add a symptom, problem or cause to the tree, or a driver or criterion beside it; last of its siblings by default.

    Siblings from its position on move one place down.

    Raises FindingMisplaced, TooManyFindings, UnknownQuestion, FindingEmpty, and what is over refuses all.
    """
    permissions.require(by, "diagnose")
    diagnosis = _writable(diagnosis_id, by)
    rows = _standing(diagnosis)
    if parent_id is not None and parent_id not in rows:
        raise selectors.NotFound("There is no such finding in this diagnosis.", field="parent")
    wanted = None if position is None else _position(position)
    check_place(_nodes(rows), Node(0, kind.value, parent_id))
    added = Finding(
        business=by.business,
        diagnosis=diagnosis,
        kind=kind,
        parent_id=parent_id,
        text=_text(text),
        questions=_questions(diagnosis, questions),
        new_to_prospect=new_to_prospect,
        said_by=find_contact(said_by_id, diagnosis.lead, by, field="saidBy"),
        author=by.membership,
        at=now,
    )
    _place(added, rows, wanted)
    added.save(force_insert=True)
    return added


@transaction.atomic
def change_finding(
    *, finding_id: int | None, changes: FindingChanges, expected_revision: int, by: Viewer, now: datetime
) -> Finding:
    """Change or move a finding, with all that hangs on it; raise StaleRevision if somebody was faster.

    Where nothing becomes different the revision stays too.
    """
    permissions.require(by, "diagnose")
    diagnosis, rows, row = _found(finding_id, expected_revision, by)
    before, was_below = _state(row), row.parent_id
    if changes.to_top and changes.parent_id is not None:
        raise FindingMisplaced("Give a parent or toTop, not both.", field="toTop")
    if changes.text is not None:
        row.text = _text(changes.text)
    if changes.kind is not None:
        row.kind = changes.kind
    if changes.to_top:
        row.parent_id = None
    elif changes.parent_id is not None:
        if changes.parent_id not in rows:
            raise selectors.NotFound("There is no such finding in this diagnosis.", field="parent")
        row.parent_id = changes.parent_id
    wanted = None if changes.position is None else _position(changes.position)
    if changes.questions is not None:
        row.questions = _questions(diagnosis, changes.questions)
    if changes.new_to_prospect is not None:
        row.new_to_prospect = changes.new_to_prospect
    if changes.said_by_id is not None:
        row.said_by = find_contact(changes.said_by_id, diagnosis.lead, by, field="saidBy")
    elif changes.said_by_nobody:
        row.said_by = None
    others = {key: other for key, other in rows.items() if key != row.pk}
    check_place(_nodes(others) | {row.pk: _node(row)}, _node(row))
    if wanted is not None or row.parent_id != was_below:
        _place(row, others, wanted)
        if row.parent_id != was_below:
            _close_up(_siblings(others, was_below))
    if _state(row) != before:
        row.revision += 1
        row.save()
    return row


@transaction.atomic
def remove_finding(
    *, finding_id: int | None, expected_revision: int, by: Viewer, now: datetime, with_children: bool = False
) -> Finding:
    """Take a finding out of the tree; it is kept with the time.

    Raises FindingHasChildren if something hangs on it, unless that is to go with it.
    """
    permissions.require(by, "diagnose")
    _, rows, row = _found(finding_id, expected_revision, by)
    removed = below(list(_nodes(rows).values()), row.pk)
    if len(removed) > 1 and not with_children:
        raise FindingHasChildren(
            f"Other findings hang on this one ({len(removed) - 1}): move them, or remove it with its children.",
            field="withChildren",
        )
    Finding.objects.filter(pk__in=removed).update(removed_at=now, removed_by=by.membership, revision=F("revision") + 1)
    _close_up([other for other in _siblings(rows, row.parent_id) if other.pk != row.pk])
    row.refresh_from_db()
    return row


def with_depths(rows: Sequence[Finding]) -> list[Finding]:
    """Return the findings that stand in the order of their tree, each with its `depth`."""
    standing = {row.pk: row for row in rows if row.removed_at is None}
    found = []
    for node, depth in in_tree_order(list(_nodes(standing).values())):
        row = standing[node.key]
        row.__dict__["depth"] = depth
        found.append(row)
    return found


def depth_of(row: Finding) -> int:
    """Return how deep a finding stands in its tree; 0 for one that was removed."""
    if "depth" not in row.__dict__:
        found = {other.pk: other for other in with_depths(list(Finding.objects.filter(diagnosis=row.diagnosis_id)))}
        row.__dict__["depth"] = found[row.pk].__dict__["depth"] if row.pk in found else 0
    return int(row.__dict__["depth"])


def _writable(diagnosis_id: int | None, by: Viewer) -> Diagnosis:
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_unfinished(diagnosis)
    check_open(diagnosis.lead)
    return diagnosis


def _found(finding_id: int | None, expected: int, by: Viewer) -> tuple[Diagnosis, dict[int, Finding], Finding]:
    absent = selectors.NotFound("There is no such finding.", field="finding")
    seen = Finding.objects.visible_to(by).filter(pk=finding_id or 0).first()
    if seen is None:
        raise absent
    diagnosis = _writable(seen.diagnosis_id, by)
    rows = _standing(diagnosis)
    row = rows.get(seen.pk)
    if row is None:
        raise absent
    if row.revision != expected:
        raise selectors.StaleRevision(
            f"Somebody changed this finding meanwhile: it is at revision {row.revision}, you expected {expected}.",
            field="expectedRevision",
        )
    return diagnosis, rows, row


def _standing(diagnosis: Diagnosis) -> dict[int, Finding]:
    return {row.pk: row for row in Finding.objects.filter(diagnosis=diagnosis, removed_at__isnull=True)}


def _nodes(rows: dict[int, Finding]) -> dict[int, Node]:
    return {key: _node(row) for key, row in rows.items()}


def _node(row: Finding) -> Node:
    return Node(row.pk, str(FindingKind(row.kind).value), row.parent_id, row.position)


def _state(row: Finding) -> tuple[object, ...]:
    return (
        row.parent_id,
        row.position,
        row.kind,
        row.text,
        list(row.questions),
        row.new_to_prospect,
        row.said_by_id,
    )


def _place(row: Finding, others: Mapping[int, Finding], wanted: int | None) -> None:
    """Set the finding's position among its siblings, None: as the last; they are counted from 0 without gaps."""
    siblings = _siblings(others, row.parent_id)
    row.position = len(siblings) if wanted is None else min(wanted, len(siblings))
    _close_up([*siblings[: row.position], row, *siblings[row.position :]])


def _siblings(rows: Mapping[int, Finding], parent_id: int | None) -> list[Finding]:
    found = [row for row in rows.values() if row.parent_id == parent_id]
    return sorted(found, key=lambda row: (row.position, row.pk))


def _close_up(siblings: Sequence[Finding]) -> None:
    for position, row in enumerate(siblings):
        if row.position != position:
            Finding.objects.filter(pk=row.pk).update(position=position)


def _position(position: int) -> int:
    if not 0 <= position <= 10_000:
        raise FindingMisplaced("A position counts from 0, up to 10,000.", field="position")
    return position


def _text(text: str) -> str:
    given = words("text", text)
    if not given:
        raise FindingEmpty("Say what was found.", field="text")
    return given


def _questions(diagnosis: Diagnosis, keys: Sequence[str]) -> list[str]:
    known = plan_of(diagnosis.version).questions
    for key in keys:
        if key not in known:
            raise UnknownQuestion(f"There is no question {shortened(key)!r}.", field="questions")
    return list(dict.fromkeys(keys))
