"""What a diagnosis brought along beside its answers: its editions, sittings, findings, other opinions and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from assessments.domain.plan import TemplatePlan
from assessments.domain.wording import label_of
from assessments.models import Diagnosis, Finding
from leads.admin.reading import Badge, Lines, Table, author, link, moment
from leads.tenancy import Viewer

DECISIONS = {"yes": "Yes", "no": "No", "unknown": "Not known yet"}
INDENT = "\u2003"


def history_tables(diagnosis: Diagnosis, plan: TemplatePlan, viewer: Viewer) -> Iterator[Table]:
    """Yield a table for each of these that there is something of."""
    for table in (
        _editions(diagnosis, viewer),
        _disagreements(diagnosis),
        _findings(diagnosis, plan),
        _conversations(diagnosis),
    ):
        if table.rows:
            yield table


def _editions(diagnosis: Diagnosis, viewer: Viewer) -> Table:
    """Return the editions if there are several; each is a row of its own that never changes once completed."""
    first = diagnosis.origin_id or diagnosis.pk
    found = Diagnosis.objects.visible_to(viewer).defer("version__document")
    rows = [
        (
            link(edition, f"Edition {edition.edition}")
            if edition.pk != diagnosis.pk
            else f"{edition.edition}: this one",
            edition.get_status_display(),
            edition.get_advice_display(),
            moment(edition.completed_at or edition.changed_at),
        )
        for edition in (found.filter(pk=first) | found.filter(origin=first)).order_by("edition", "pk")
    ]
    return Table("Editions", ("Edition", "Status", "Advice", "When"), rows if len(rows) > 1 else [])


def _disagreements(diagnosis: Diagnosis) -> Table:
    rows = []
    for row in diagnosis.disagreements.select_related("author__user", "withdrawn_by__user"):
        gone = f"withdrawn {moment(row.withdrawn_at)} by {author(row.withdrawn_by)}" if row.withdrawn_at else ""
        rows.append(
            (
                row.get_about_display(),
                Badge(DECISIONS[row.found], row.found),
                Lines(Badge(DECISIONS[row.says], row.says), (gone,)),
                row.reason,
                Lines(author(row.author), (moment(row.at),)),
            )
        )
    headers = ("Question", "The verdict said", "They say", "Because", "By")
    return Table("Disagreements", headers, rows, note="An opinion beside the verdict; it changes nothing in it.")


def _findings(diagnosis: Diagnosis, plan: TemplatePlan) -> Table:
    """Return the tree of findings, each below what it explains; what was removed is left out."""
    rows = list(diagnosis.findings.filter(removed_at__isnull=True).select_related("said_by", "author__user"))
    children: dict[int | None, list[Finding]] = {}
    there = {row.pk for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in there else None, []).append(row)
    listed = [_finding(row, depth, plan) for row, depth in _in_tree(children, None, 0)]
    return Table("Findings", ("Finding", "What it is", "New to them", "Shown by", "By"), listed)


def _in_tree(
    children: dict[int | None, list[Finding]], parent: int | None, depth: int
) -> Iterator[tuple[Finding, int]]:
    for row in children.get(parent, []):
        yield row, depth
        yield from _in_tree(children, row.pk, depth + 1)


def _finding(row: Finding, depth: int, plan: TemplatePlan) -> tuple[Any, ...]:
    questions = [label_of(plan, key) for key in row.questions]
    who = f"said by {row.said_by}" if row.said_by else ""
    return (
        f"{INDENT * depth}{'↳ ' if depth else ''}{row.text}",
        row.get_kind_display(),
        row.get_new_to_prospect_display(),
        Lines(questions[0], questions[1:]) if questions else "–",
        Lines(author(row.author), (moment(row.at), who)),
    )


def _conversations(diagnosis: Diagnosis) -> Table:
    sittings = diagnosis.conversations.select_related("started_by__user").annotate(answered=Count("answers"))
    rows = [
        (
            str(row),
            Lines(moment(row.started_at), (author(row.started_by),)),
            moment(row.ended_at) if row.ended_at else "Under way",
            f"{row.answered:,}",
        )
        for row in sittings.order_by("number")
    ]
    return Table("Conversations", ("Conversation", "From", "To", "Answers"), rows)
