"""Everything that is kept about one lead, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from leads.admin.explained import explained
from leads.admin.journeys.records import recorded_values, roles_of
from leads.admin.journeys.standing import is_overridden, level_shown, state_of
from leads.admin.reading import Badge, Lines, Table, author, day, link, moment, points, span
from leads.domain.level_and_stage import said
from leads.domain.rules import Reason, Unknown
from leads.domain.snapshot import current_value, fact
from leads.domain.stages import Level, Stage
from leads.domain.wording import UNKNOWN, shown, shown_stored
from leads.models import Attribute, EvidenceSource, Lead, StayKind, Transition
from leads.selectors import attributes_of
from leads.tenancy import Viewer

SHOWN = 20  # of each history; the lists have the rest

further: list[Callable[[Lead, Viewer], Table]] = []
"""What other apps know of a lead; their admins add to it when they are loaded."""


def facts_of(lead: Lead, now: datetime) -> list[tuple[str, Any]]:
    """Return where the lead stands."""
    possible = span(lead.worst, lead.best)
    rows = [
        ("Stage", Lines(Badge(Stage(lead.stage).label, lead.stage), (f"since {day(lead.stage_since)}",))),
        ("Level in force", level_shown(lead, now)),
        ("Level and stage", said(Level(lead.level_in_force(now)), Stage(lead.stage))),
        ("Score", Lines(points(lead.score), (f"may become {possible}",) if possible else ())),
        ("Organization", link(lead.organization)),
        ("Owner", str(lead.owner.user) if lead.owner else "Nobody"),
        ("Source", lead.source or "–"),
        ("Begun", day(lead.created_at)),
    ]
    if lead.merged_into is not None:
        rows.insert(0, ("Merged into", link(lead.merged_into)))
    if lead.possible_level != lead.level:
        rows.insert(2, ("May still become", Badge(Level(lead.possible_level).name, lead.possible_level)))
    if is_overridden(lead, now):
        rows.insert(2, ("Computed level", Badge(Level(lead.level).name, lead.level)))
    if lead.wants_conversation_at:
        rows.append(("Asked for a conversation", moment(lead.wants_conversation_at)))
    if lead.nurture_until:
        rows.append(("Look again on", f"{lead.nurture_until:%d %b %Y}"))
    if lead.opportunity:
        rows.append(("Opportunity", link(lead.opportunity)))
    if lead.outcome:
        rows.append(("Outcome", lead.get_outcome_display()))
    return rows


def tables_of(lead: Lead, viewer: Viewer, now: datetime) -> Iterator[Table]:
    """Yield the tables of the page; one query each, whatever the lead has."""
    attributes = attributes_of(viewer)
    if lead.qualification is not None:
        yield from explained(lead.qualification, viewer.business.currency)
    if lead.merged_into_id is None:
        yield from (table(lead, viewer) for table in further)
    recorded = [attribute for attribute in attributes.values() if not attribute.is_derived]
    yield Table(
        "What is known",
        ("About", "Value", "Learned", "Fresh"),
        [known_of(attribute, lead, viewer, now) for attribute in recorded],
        "Your business has not chosen what to know yet.",
    )
    yield _evidence(lead, viewer, attributes)
    yield Table(
        "Stakeholders",
        ("Who", "Part", "E-mail"),
        [
            (Lines(link(part.contact), (part.contact.job_title,)), roles_of(part), part.contact.email or "–")
            for part in lead.stakeholders.select_related("contact")
        ],
        "Nobody is named yet.",
    )
    yield Table(
        "Touches",
        ("When", "What", "With"),
        [
            (moment(touch.happened_at), Lines(link(touch), (touch.get_kind_display(),)), touch.contact or "–")
            for touch in lead.engagements.select_related("contact")[:SHOWN]
        ],
    )
    yield Table(
        "Receipts",
        ("When", "Move", "By", "Reason"),
        [
            (
                moment(receipt.at),
                link(receipt, _move(receipt.from_stage, receipt.to_stage)),
                Lines(author(receipt.author), (receipt.get_door_display(),)),
                _why(receipt),
            )
            for receipt in lead.transitions.select_related("author__user", "cause")[:SHOWN]
        ],
    )
    yield Table(
        "Time in stages and phases",
        ("Where", "From", "Until", "Days"),
        [
            (
                Stage(stay.key).label if stay.kind == StayKind.STAGE else stay.key,
                day(stay.began_at),
                day(stay.ended_at) if stay.ended_at else "now",
                f"{stay.seconds(now) / 86_400:,.1f}",
            )
            for stay in lead.stays.order_by("-id")[:SHOWN]
        ],
    )
    yield Table(
        "Overrides",
        ("Level", "From", "Until", "Counts", "Reason"),
        [
            (
                Badge(override.get_level_display(), override.level),
                Lines(day(override.created_at), (author(override.author),)),
                moment(override.expires_at),
                state_of(override, now),
                override.reason,
            )
            for override in lead.overrides.select_related("author__user", "ended_by__user")[:SHOWN]
        ],
        "The computed level always counted.",
    )
    yield Table(
        "Judgements",
        ("When", "Level", "Score"),
        [
            (
                link(judged, moment(judged.judged_at)),
                Badge(judged.get_level_display(), judged.level),
                points(judged.score),
            )
            for judged in lead.qualifications.all()[:SHOWN]
        ],
        "Not judged yet: no published schema applies.",
    )


def known_of(attribute: Attribute, lead: Lead, viewer: Viewer, now: datetime) -> tuple[Any, ...]:
    """Return what is known of an attribute: its label, its value, when it was learned, and whether it is fresh."""
    spec, currency = attribute.spec, viewer.business.currency
    entry = lead.snapshot.get(spec.key)
    counts, stale_at = fact(spec, entry, now, spec.freshness_days)
    if entry is None or "v" not in entry:
        return spec.label, _value(shown(spec, counts, currency), counts), "–", ""
    latest = current_value(spec, entry)
    value: Any = shown(spec, counts if latest is None else latest, currency)
    if "was" in entry:
        was = entry["was"]
        earlier = shown_stored(spec, was["v"], currency)
        value = Lines(value, (f"before: {earlier}, {day(datetime.fromisoformat(was['at']))}",))
    learned = datetime.fromisoformat(entry["at"])
    source = Lines(day(learned), (EvidenceSource(entry["src"]).label,))
    return spec.label, value, source, _fresh(counts, stale_at, learned, spec.freshness_days)


def _value(text: str, counts: Any) -> Any:
    return Badge(text, "unknown") if isinstance(counts, Unknown) else Lines(text, ("assumed, since never given",))


def _fresh(counts: Any, stale_at: datetime | None, learned: datetime, days: int | None) -> Any:
    if isinstance(counts, Unknown):
        when = f" since {day(learned + timedelta(days=days))}" if counts.reason == Reason.STALE and days else ""
        return Badge(f"Stale{when}" if when else UNKNOWN[counts.reason], "no")
    return f"until {day(stale_at)}" if stale_at else "always"


def _evidence(lead: Lead, viewer: Viewer, attributes: dict[str, Attribute]) -> Table:
    rows = []
    for recording in lead.evidence.select_related("author__user", "said_by")[:SHOWN]:
        said = [f"{label}: {value}" for label, value in recorded_values(recording, viewer, attributes)]
        said += [f"“{recording.note}”"] if recording.note else []
        who = f"said by {recording.said_by}" if recording.said_by else author(recording.author)
        rows.append(
            (
                Lines(link(recording, day(recording.observed_at)), (recording.get_source_display(), who)),
                Lines(said[0] if said else "–", said[1:]),
            )
        )
    return Table("How it was learned", ("When", "What"), rows)


def _why(receipt: Transition) -> Any:
    written = receipt.reason or receipt.verdict_reason
    if receipt.cause is None:
        return written or "–"
    competitor = f"Competitor: {receipt.competitor}" if receipt.competitor else ""
    return Lines(str(receipt.cause), tuple(text for text in (competitor, written) if text))


def _move(start: str, to: str) -> str:
    return f"{Stage(start).label} → {Stage(to).label}" if start else f"Begun as {Stage(to).label}"
