"""What a diagnosis brings to light: added, changed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments.domain.answers import UnknownQuestion
from assessments.domain.findings import FindingMisplaced, Node, below, check_place, in_tree_order
from assessments.models import Diagnosis, Finding, FindingKind, NewToProspect
from assessments.services.diagnosis_rows import check_open, check_unfinished, locked_diagnosis
from assessments.services.evaluating import plan_of
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.services.evidence import find_contact
from leads.tenancy import Viewer


class FindingEmpty(DomainError):
    code = "finding_empty"


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """What to change of a finding; None leaves a part as it is. `to_top` takes it from its parent."""

    text: str | None = None
    kind: FindingKind | None = None
    parent_id: int | None = None
    to_top: bool = False
    position: int | None = None
    questions: Sequence[str] | None = None
    new_to_prospect: NewToProspect | None = None
    said_by_id: int | None = None


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

    Raises FindingMisplaced, TooManyFindings, UnknownQuestion, FindingEmpty, and what is over refuses all.
    """
    permissions.require(by, "diagnose")
    diagnosis = _writable(diagnosis_id, by)
    rows = _standing(diagnosis)
    if parent_id is not None and parent_id not in rows:
        raise selectors.NotFound("There is no such finding in this diagnosis.", field="parent")
    siblings = [row.position for row in rows.values() if row.parent_id == parent_id]
    place = max(siblings, default=-1) + 1 if position is None else _position(position)
    check_place(_nodes(rows), Node(0, kind.value, parent_id, place))
    return Finding.objects.create(
        business=by.business,
        diagnosis=diagnosis,
        kind=kind,
        parent_id=parent_id,
        text=_text(text),
        questions=_questions(diagnosis, questions),
        new_to_prospect=new_to_prospect,
        position=place,
        said_by=find_contact(said_by_id, diagnosis.lead, by, field="saidBy"),
        author=by.membership,
        at=now,
    )


@transaction.atomic
def change_finding(
    *, finding_id: int | None, changes: FindingChanges, expected_revision: int, by: Viewer, now: datetime
) -> Finding:
    """Change or move a finding, with all that hangs on it; raise StaleRevision if somebody was faster."""
    permissions.require(by, "diagnose")
    diagnosis, rows, row = _found(finding_id, expected_revision, by)
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
    if changes.position is not None:
        row.position = _position(changes.position)
    if changes.questions is not None:
        row.questions = _questions(diagnosis, changes.questions)
    if changes.new_to_prospect is not None:
        row.new_to_prospect = changes.new_to_prospect
    if changes.said_by_id is not None:
        row.said_by = find_contact(changes.said_by_id, diagnosis.lead, by, field="saidBy")
    others = {key: other for key, other in rows.items() if key != row.pk}
    check_place(_nodes(others) | {row.pk: _node(row)}, _node(row))
    row.revision += 1
    row.save()
    return row


@transaction.atomic
def remove_finding(*, finding_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Finding:
    """Take a finding and all that hangs on it out of the tree; they are kept with the time."""
    permissions.require(by, "diagnose")
    _, rows, row = _found(finding_id, expected_revision, by)
    removed = below(list(_nodes(rows).values()), row.pk)
    Finding.objects.filter(pk__in=removed).update(removed_at=now, removed_by=by.membership)
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


def _position(position: int) -> int:
    if not 0 <= position <= 10_000:
        raise FindingMisplaced("A position counts from 0, up to 10,000.", field="position")
    return position


def _text(text: str) -> str:
    if not text.strip():
        raise FindingEmpty("Say what was found.", field="text")
    return text.strip()


def _questions(diagnosis: Diagnosis, keys: Sequence[str]) -> list[str]:
    known = plan_of(diagnosis.version).questions
    for key in keys:
        if key not in known:
            raise UnknownQuestion(f"There is no question {key!r}.", field="questions")
    return list(dict.fromkeys(keys))
