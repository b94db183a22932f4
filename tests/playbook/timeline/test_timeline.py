"""Everything that happened to a lead, in one order and in pages."""

import base64
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.domain.errors import DomainError
from leads.models import Engagement, Evidence, Opportunity
from leads.ports import timeline_sources
from playbook.domain.timeline import Place, TimelineKind, first_of
from playbook.models import HandOff, NextStep, PhaseMove
from playbook.services.timeline import timeline


def all_pages(lead, size, kinds=None):
    found, after = [], None
    while True:
        page = timeline(lead, first=size, after=after, kinds=kinds)
        found += page.entries
        if not page.has_more:
            return found
        assert len(page.entries) == size
        after = page.entries[-1].cursor


def in_words(entries):
    return [(entry.kind.value, entry.title) for entry in entries]


def step(business, lead, title, at, **more):
    given = {"kind": "call", "due_at": at, "role": "sales", "created_at": at, "door": "api"} | more
    return NextStep.objects.create(business=business, lead=lead, title=title, **given)


@pytest.fixture
def eventful(business, rep, start, answer, now):
    """A lead with two of every kind, many at the same moment."""
    lead = answer(start(rep), rep, severity=Decimal(8), sponsor=True).lead
    for _ in range(2):
        Engagement.objects.create(
            business=business, lead=lead, kind="webinar", title="Orders", happened_at=now, recorded_at=now
        )
        step(business, lead, "Call", now, status="done", closed_at=now, outcome="They agree.")
        PhaseMove.objects.create(business=business, lead=lead, to_phase="diagnosis", at=now, door="api")
        HandOff.objects.create(
            business=business,
            lead=lead,
            kind="to_sales",
            status="withdrawn",
            stage="sql",
            offered_at=now - timedelta(days=1),
            role="sales",
            due_at=now,
            decided_at=now,
        )
    lead.opportunity = Opportunity.objects.create(
        business=business,
        organization=lead.organization,
        title="Automation",
        status="lost",
        opened_at=now,
        closed_at=now,
        currency="EUR",
    )
    lead.save()
    return lead


def test_every_kind_has_one_source_and_one_name(db):
    assert sorted(source.kind for source in timeline_sources) == sorted(kind.value for kind in TimelineKind)


def test_it_tells_in_words_what_happened_latest_first(business, rep, sql_lead, now):
    lead = sql_lead(rep)
    Engagement.objects.create(
        business=business,
        lead=lead,
        kind="webinar",
        title="Orders",
        happened_at=now + timedelta(hours=1),
        recorded_at=now,
        author=rep.membership,
    )
    step(business, lead, "Call Ann", now + timedelta(hours=2), created_by=rep.membership)

    entries = timeline(lead).entries

    assert in_words(entries) == [
        ("step_made", "Planned: Call Ann"),
        ("engagement", "Webinar: Orders"),
        ("evidence", "Learned 2 values (sales)"),
        ("phase_move", "Phase: discovery → diagnosis"),
        ("transition", "Inquiry → SQL"),
        ("transition", "Begun as Inquiry"),
    ]
    assert [entry.author for entry in entries[:2]] == [rep.membership] * 2


def test_answers_are_told_with_question_and_value(business, eventful):
    found = in_words(timeline(eventful, kinds=[TimelineKind.ANSWER]).entries)

    assert found == [("answer", "A sponsor? – Yes"), ("answer", "severity? – 8")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_paging_through_equals_sorting_all(eventful, size):
    everything = [
        (-getattr(row, source.at).timestamp(), source.kind, -row.pk)
        for source in timeline_sources
        for row in source.rows(eventful)
    ]

    found = [(-entry.place.at.timestamp(), entry.kind.value, -entry.place.key) for entry in all_pages(eventful, size)]

    assert len(found) == 21
    assert found == sorted(everything)


def test_only_the_kinds_that_were_asked_for(eventful):
    kinds = [TimelineKind.STEP_CLOSED, TimelineKind.HAND_OFF_OFFERED]

    assert in_words(all_pages(eventful, 2, kinds)) == [
        ("step_closed", "Done: Call – They agree."),
        ("step_closed", "Done: Call – They agree."),
        ("hand_off_offered", "Hand-off offered to all of sales"),
        ("hand_off_offered", "Hand-off offered to all of sales"),
    ]
    assert timeline(eventful, kinds=[]).entries == []


def test_what_happens_meanwhile_does_not_shift_the_next_page(business, eventful, now):
    first = timeline(eventful, first=5)
    rest = timeline(eventful, first=100, after=first.entries[-1].cursor).entries
    step(business, eventful, "New", now + timedelta(hours=1))

    assert timeline(eventful, first=100, after=first.entries[-1].cursor).entries == rest


def test_another_leads_history_is_its_own(business, rep, eventful, make_lead, now):
    other = make_lead(rep, "Hooli")

    assert in_words(timeline(other).entries) == [("transition", "Begun as Inquiry")]


def test_a_page_costs_a_query_for_each_kind_however_large(eventful):
    def cost(first):
        with CaptureQueriesContext(connection) as queries:
            [(entry.title, entry.author) for entry in timeline(eventful, first=first).entries]
        return len(queries)

    cost(100)  # the template's document is read once

    assert cost(1) == cost(100) == len(TimelineKind)


def cursor(*parts):
    return base64.b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "é",
        cursor(),
        cursor("2026-03-02T09:30:00+00:00", "answer"),
        cursor("2026-03-02T09:30:00", "answer", 1),
        cursor("0001-01-01T00:00:00+00:00", "answer", 1),
        cursor("2026-03-02T09:30:00+00:00", "weather", 1),
        cursor("2026-03-02T09:30:00+00:00", "answer", "1"),
        cursor("2026-03-02T09:30:00+00:00", "answer", 2**63),
        cursor(1, "answer", 1),
        base64.b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_cursor_of_elsewhere_is_refused(eventful, after):
    with pytest.raises(DomainError, match="This cursor does not belong to this list"):
        timeline(eventful, after=after)


@pytest.mark.parametrize("first", [-1, 101])
def test_a_page_has_a_bounded_size(eventful, first):
    with pytest.raises(DomainError, match="first must be from 0 to 100"):
        timeline(eventful, first=first)


# --- Property ------------------------------------------------------------------------------------


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["engagement", "evidence", "step_made", "step_closed"])),
        max_size=12,
    ),
    size=st.integers(1, 5),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_is_paged_completely_and_in_order(business, manager, make_lead, now, rows, size):
    lead = make_lead(manager, "Initech")
    for hours, kind in rows:
        at = now + timedelta(hours=hours)
        if kind == "engagement":
            Engagement.objects.create(business=business, lead=lead, kind="call", happened_at=at, recorded_at=at)
        elif kind == "evidence":
            Evidence.objects.create(
                business=business, lead=lead, source="sales", observed_at=at, recorded_at=at, values={}
            )
        else:
            closed = {"status": "done", "closed_at": at} if kind == "step_closed" else {}
            step(business, lead, "Call", at, **closed)

    places = [entry.place for entry in all_pages(lead, size)]

    made = sum(2 if kind == "step_closed" else 1 for _, kind in rows)
    assert len(set(places)) == len(places) == made + 1  # and its beginning
    assert places == sorted(places, key=lambda place: (-place.at.timestamp(), place.kind, -place.key))


def test_sources_are_merged_without_reading_more_than_is_asked_for(now):
    def endless(kind):
        key = 1_000
        while True:
            yield Place(now, kind, key)
            key -= 1

    found = first_of([endless("b"), endless("a")], 3, lambda place: place)

    assert [(place.kind, place.key) for place in found] == [("a", 1_000), ("a", 999), ("a", 998)]


def test_the_title_of_an_inquiry_names_its_kind_once(business, rep, make_lead, now):
    lead = make_lead(rep, "Hooli")
    for title in ("Inquiry: Contact page", "Inquiry"):
        Engagement.objects.create(
            business=business, lead=lead, kind="inquiry", title=title, happened_at=now, recorded_at=now
        )

    assert in_words(timeline(lead, kinds=[TimelineKind.ENGAGEMENT]).entries) == [
        ("engagement", "Inquiry"),
        ("engagement", "Inquiry: Contact page"),
    ]
