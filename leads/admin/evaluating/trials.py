"""One lead as a version would judge it, beside what counts now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html

from leads.admin.explained import HOLDS, OUTCOMES, POINTS_NOTE, because, kept, name_of, to_ask
from leads.admin.reading import Badge, Lines, Table, day, link, moment, points, span
from leads.domain.plan import Plan
from leads.domain.qualification import CriterionResult, Decision, Judgement, requirements
from leads.domain.schema_document import JUDGED
from leads.domain.stages import Level, Stage
from leads.filters import FilterRefused, LeadFilterSet
from leads.models import Lead, Qualification
from leads.services.previewing import Trial
from leads.tenancy import Viewer

OFFERED = 20  # leads to choose from
Judged = tuple[Plan, Judgement]
ABSENT = "–"


# --- Choosing a lead -----------------------------------------------------------------------------


def leads_to_try(query: str, viewer: Viewer, now: datetime, address: str) -> dict[str, Any]:
    """Return the leads that words find, the newest without any; open and closed ones."""
    visible = Lead.objects.visible_to(viewer).select_related("organization")
    try:
        found = LeadFilterSet({"search": query}, visible, viewer=viewer, now=now).result() if query else visible
    except FilterRefused:
        found = visible.none()
    leads = list(found.order_by("-pk")[: OFFERED + 1])
    rows = [
        (
            format_html('<a href="{}?lead={}">{}</a>', address, lead.pk, lead),
            str(lead.organization),
            Stage(lead.stage).label,
            Badge(Level(lead.level).name, lead.level),
        )
        for lead in leads[:OFFERED]
    ]
    empty = "No lead has this in its title, its reference or its organization's name." if query else "There are none."
    return {
        "choices": Table("Leads found" if query else "The newest leads", LEAD_HEADERS, rows, empty),
        "more": len(leads) > OFFERED,
    }


LEAD_HEADERS = ("Lead", "Organization", "Stage", "Computed level")


# --- Now and then --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a comparison; `differs` says how then is other than now, empty if it is not."""

    cells: Sequence[Any]
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of which the last column says what differs."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Row]
    note: str = ""

    @property
    def labelled(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        return [(row.differs, list(zip(self.headers, row.cells, strict=True))) for row in self.rows]


def trial_in_words(trial: Trial, lead: Lead, version: Any, currency: str, now: datetime) -> dict[str, Any]:
    """Return what the page of a trial says. `lead` is the same one, with what judged it last loaded."""
    before = kept(lead.qualification) if lead.qualification is not None else None
    after = (trial.plan, trial.judgement) if trial.plan is not None and trial.judgement is not None else None
    comparisons = [_figures(lead, before, after, version, trial, now)]
    if before or after:
        comparisons += [_criteria(before, after, currency), _levels(before, after)]
    return {
        "title": f"{lead} by {version}",
        "lead": lead,
        "lead_link": link(lead, "The lead's page"),
        "by_this": trial.by_this,
        "judge": trial.plan.document.name if trial.plan else "",
        "comparisons": comparisons,
        "asks": to_ask(*after) if after else None,
    }


def _figures(
    lead: Lead, before: Judged | None, after: Judged | None, version: Any, trial: Trial, now: datetime
) -> Comparison:
    now_by = _kept_by(lead.qualification) if lead.qualification else "No schema judged it"
    then_by = str(version) if trial.by_this else trial.plan.document.name if trial.plan else "No schema applies"
    one, two = (_facts(judged[1] if judged else None) for judged in (before, after))
    rows = [Row(("Judged by", now_by, then_by))]
    rows += [
        Row((label, one[label][1], two[label][1]), "Changed" if one[label][0] != two[label][0] else "")
        for label in one
        if one[label][0] is not None or two[label][0] is not None
    ]
    note = ""
    if lead.override_expires_at is not None and lead.override_expires_at > now:
        level, until = Level(lead.override_level).name, moment(lead.override_expires_at)
        note = f"Whatever is computed, {level} counts by an override until {until}."
    return Comparison("What it comes to", ("", "Now", "Then"), rows, note)


def _kept_by(qualification: Qualification) -> Lines:
    return Lines(link(qualification.version), (f"judged {day(qualification.judged_at)}",))


def _facts(judgement: Judgement | None) -> dict[str, tuple[Any, Any]]:
    """Return what a judgement comes to, by label: the value to compare, None if there is none, and the cell."""
    if judgement is None:
        none = Badge(Level.NONE.name, Level.NONE.value)
        return {"Level": (Level.NONE, none), **dict.fromkeys(("May become", "Score", "Ready to order"), (None, ABSENT))}
    level, possible, ready = judgement.level, judgement.possible_level, judgement.order_ready
    range_ = span(judgement.worst, judgement.best)
    return {
        "Level": (level, Badge(level.name, level.value)),
        "May become": (possible, Badge(possible.name, possible.value) if possible != level else "Nothing higher"),
        "Score": (
            (judgement.score, judgement.worst, judgement.best),
            Lines(points(judgement.score), (f"may become {range_}",) if range_ else ()),
        ),
        "Ready to order": (ready, Badge(HOLDS[ready], ready.value) if ready else ABSENT),
    }


def _criteria(before: Judged | None, after: Judged | None, currency: str) -> Comparison:
    """Return criterion by criterion what it says, in the version's order; those that are gone come last."""
    now, then = _by_key(before), _by_key(after)
    rows = []
    for key in [*then, *(key for key in now if key not in then)]:
        one, two = now.get(key), then.get(key)
        judged, result = (after, two) if two is not None else (before, one)
        if judged is not None and result is not None:
            cells = (name_of(judged[0], result), _result(one), _result(two), because(*judged, result, currency))
            rows.append(Row(cells, _difference(one, two)))
    headers = ("Criterion", "Now", "Then", "Because")
    return Comparison("Criterion by criterion", headers, rows, POINTS_NOTE)


def _by_key(judged: Judged | None) -> dict[str, CriterionResult]:
    return {result.spec.key: result for result in judged[1].results} if judged else {}


def _result(result: CriterionResult | None) -> Any:
    if result is None:
        return ABSENT
    range_ = span(result.worst, result.best)
    return Lines(Badge(OUTCOMES[result.outcome], result.outcome.value), (f"{points(result.points)} points", range_))


def _difference(one: CriterionResult | None, two: CriterionResult | None) -> str:
    if one is None or two is None:
        return "New" if one is None else "Gone"
    same = (one.outcome, one.points, one.worst, one.best) == (two.outcome, two.points, two.worst, two.best)
    return "" if same else "Changed"


def _levels(before: Judged | None, after: Judged | None) -> Comparison:
    """Return what the levels ask for now and then, and whether it holds."""
    now, then = _asked(before), _asked(after)
    rows = []
    for level in JUDGED:
        for asked in [entry for entry in (*then, *(entry for entry in now if entry not in then)) if entry[0] == level]:
            one, two = now.get(asked), then.get(asked)
            differs = "New" if one is None else "Gone" if two is None else "Changed" if one != two else ""
            rows.append(Row((level.name, asked[1], _holds(one), _holds(two)), differs))
    return Comparison("What the levels ask for", ("Level", "Asks for", "Holds now", "Holds then"), rows)


def _asked(judged: Judged | None) -> dict[tuple[Level, str], Decision]:
    if judged is None:
        return {}
    plan, judgement = judged
    return {
        (level, text): holds
        for level in JUDGED
        for text, holds in requirements(plan.document.level(level), judgement.results)
    }


def _holds(decision: Decision | None) -> Any:
    return ABSENT if decision is None else Badge(HOLDS[decision], decision.value)
