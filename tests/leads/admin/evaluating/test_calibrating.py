"""Calibrating a version, and the report: a verdict, tables that say all, and charts beside them."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from leads import services
from leads.domain.calibration.rates import Rate
from leads.domain.calibration.report import Verdict
from leads.domain.calibration.report_json import report_out
from leads.models import Calibration, QualificationVersion, WorkStatus
from tests.leads.admin.browser import read, told
from tests.leads.admin.filling import worded_schema
from tests.leads.admin.reports import report_of
from tests.leads.graphql.state import dump


@pytest.fixture
def calibration(ours) -> Calibration:
    """One that is done, and proposes a card."""
    return Calibration.objects.get(business=ours.business)


@pytest.fixture
def reported(calibration, now):
    """Let the calibration have another report."""

    def kept(**changes):
        calibration.report = report_out(report_of(worded_schema("ours"), now, **changes))
        calibration.save()
        return calibration

    return kept


# --- Asking for one ------------------------------------------------------------------------------


def test_a_calibration_is_asked_for_on_the_page_of_a_version(at_work, ours, manager):
    assert "Calibrate" in read(at_work.get(at_work.page(ours.published)))
    response = at_work.act(ours.published, "calibrate")
    asked = Calibration.objects.exclude(status=WorkStatus.DONE).get()
    assert response.headers["Location"] == at_work.page(asked)
    assert (asked.version, asked.status, asked.requested_by) == (ours.published, "waiting", manager.membership)
    page = at_work.get(at_work.page(asked))
    assert "It waits to be worked out." in read(page)
    assert "No worker" not in read(page)
    assert 'data-refresh="2"' in page.content.decode()


def test_one_that_is_under_way_is_not_asked_for_twice(at_work, ours):
    first = at_work.act(ours.published, "calibrate").headers["Location"]
    assert at_work.act(ours.published, "calibrate").headers["Location"] == first
    assert Calibration.objects.count() == 2


def test_one_that_waits_long_says_how_to_start_a_worker(at_work, ours, now):
    waiting = Calibration.objects.create(business=ours.business, version=ours.published, requested_at=now)
    said = read(at_work.get(at_work.page(waiting)))
    assert "No worker seems to run. Whoever runs this server starts one with manage.py worker." in said


def test_a_draft_is_not_calibrated(at_work, ours):
    before = dump()
    assert 'calibrate/"' not in at_work.get(at_work.page(ours.draft)).content.decode()
    response = at_work.act(ours.draft, "calibrate")
    assert told(response) == ["ours schema 2 is a draft: it has judged no lead yet. Publish it first."]
    assert dump() == before


def test_following_a_link_asks_for_nothing_and_proposes_nothing(at_work, ours, calibration):
    before = dump()
    assert at_work.get(at_work.page(ours.published, "calibrate")).headers["Location"] == at_work.page(ours.published)
    assert at_work.get(at_work.page(calibration, "propose")).headers["Location"] == at_work.page(calibration)
    assert dump() == before


def test_one_that_failed_says_why_and_can_be_asked_for_again(at_work, calibration):
    Calibration.objects.update(status=WorkStatus.FAILED, report="", problem="Calibration needs scikit-learn.")
    page = at_work.get(at_work.page(calibration))
    assert "It could not be worked out. Calibration needs scikit-learn." in read(page)
    assert "Calibrate again" in read(page)
    assert "data-refresh" not in page.content.decode()


def test_a_report_that_cannot_be_read_is_no_failure_of_the_page(at_work, calibration):
    Calibration.objects.update(report='{"format":99}')
    assert "Its report cannot be read. Calibrate again. This is no report of a calibration." in read(
        at_work.get(at_work.page(calibration))
    )
    assert at_work.get(at_work.page(Calibration, "changelist")).status_code == 200


# --- The report ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (Verdict.NOT_ENOUGH_DATA, "Not enough data"),
        (Verdict.NO_EVIDENCE, "No evidence"),
        (Verdict.NO_BETTER_CARD, "Fine as it is"),
        (Verdict.BETTER_CARD, "A better card was found"),
    ],
)
def test_the_verdict_is_a_sentence_with_its_numbers(at_work, reported, verdict, title):
    calibration = reported(verdict=verdict, why="Because of this and that.")
    said = read(at_work.get(at_work.page(calibration)))
    assert f"{title} Because of this and that. 200 decided leads: 80 won, 120 lost." in said
    assert title in read(at_work.get(at_work.page(Calibration, "changelist")))


def cells(row) -> list[str]:
    """Return a row of a table as text, the lines of a cell after one another."""
    return [
        " | ".join(str(part) for part in (cell.main, *cell.more)) if hasattr(cell, "main") else cell for cell in row
    ]


def test_the_table_has_every_criterion_with_how_leads_converted(at_work, calibration):
    context = at_work.get(at_work.page(calibration)).context
    table = context["chart"].table
    assert cells(table.rows[1]) == [
        "ours Fit | Fit",
        "50 % of 60 | 38 – 62 %",
        "40 % of 100 | 31 – 50 %",
        "25 % of 40 | 14 – 40 %",
        "× 1.25",
        "10 … 20",
        "0 … 7",
    ]
    assert len(table.rows) == 3
    [steps] = context["tables"]
    assert cells(steps.rows[1]) == [
        "ours Fit",
        "Large | employees >= 200",
        "50 % of 60 | 38 – 62 %",
        "× 1.25",
        "20",
        "7",
    ]
    assert cells(steps.rows[2])[:2] == ["", "Middle | employees >= 50"]


def test_how_well_the_scores_tell_stands_beside_the_best_card_on_leads_that_it_had_not_seen(at_work, calibration):
    table = at_work.get(at_work.page(calibration)).context["compared"]
    assert table.headers == ("", "As it is", "Best card, on leads that it had not seen")
    assert cells(table.rows[0])[1:] == [
        "60 | between 55 and 65 | better than chance",
        "70 | between 65 and 75 | better than chance",
    ]
    assert cells(table.rows[2]) == ["Mean squared error of the predicted chance (Brier score)", "0.210", "0.210"]
    assert "On the leads that it was made from, the card is right in 74." in table.note


def charts(response) -> list[ElementTree.Element]:
    html = response.content.decode()
    return [ElementTree.fromstring(found) for found in re.findall(r'<svg class="sp-chart".*?</svg>', html, re.S)]  # noqa: S314


def test_charts_are_pictures_with_a_name_and_a_table(at_work, calibration):
    response = at_work.get(at_work.page(calibration))
    conversion, present, fitted = charts(response)
    for chart in (conversion, present, fitted):
        assert chart.get("role") == "img"
        assert chart.find("title").text
        assert chart.find("desc").text
    assert conversion.get("aria-labelledby") == "sp-conversion-title sp-conversion-about"
    said = read(response)
    for title in ("By criterion", "The version as it is", "The best card"):
        assert title in said
    assert "<script>" not in response.content.decode()


def test_a_dot_stands_where_its_share_is_and_its_line_spans_the_interval(at_work, calibration):
    conversion, present, _ = charts(at_work.get(at_work.page(calibration)))
    groups = conversion.findall("g")
    assert len(groups) == 9
    assert groups[0].find("title").text == "ours Pain, met: 50 % of 60"
    # Shares of 0 and 1 stand at 24 and 97 percent of the width.
    assert groups[0].find("circle").get("cx") == "60.50%"
    line = groups[0].find("line")
    low, high = Rate(30, 30).interval.low, Rate(30, 30).interval.high
    assert (line.get("x1"), line.get("x2")) == (f"{24 + 73 * low:.2f}%", f"{24 + 73 * high:.2f}%")
    assert [group.find("circle").get("cx") for group in present.findall("g")] == ["38.60%", "67.80%"]
    assert [group.find("title").text for group in present.findall("g")] == [
        "Predicted 20 %, came true 20 % of 100",
        "Predicted 60 %, came true 60 % of 100",
    ]


def test_an_outcome_without_leads_has_no_dot(at_work, reported, now):
    criteria = report_of(worded_schema("ours"), now).criteria
    calibration = reported(criteria=(replace(criteria[0], unknown=Rate()), *criteria[1:]))
    response = at_work.get(at_work.page(calibration))
    assert len(charts(response)[0].findall("g")) == 8
    assert response.context["chart"].table.rows[0][3] == "–"


def test_without_decided_leads_there_is_the_verdict_only(at_work, reported):
    calibration = reported(
        verdict=Verdict.NOT_ENOUGH_DATA,
        why="0 leads were won and 0 lost.",
        decided=Rate(),
        present=None,
        fitted=None,
        fitted_on_seen=None,
        proposal=None,
        suspicious=(),
    )
    response = at_work.get(at_work.page(calibration))
    assert "Not enough data 0 leads were won and 0 lost. 0 decided leads: 0 won, 0 lost." in read(response)
    assert charts(response) == []
    assert "Make a draft" not in read(response)


def test_suspicious_attributes_are_named_with_the_reason(at_work, calibration):
    table = at_work.get(at_work.page(calibration)).context["suspicious"]
    assert cells(table.rows[0]) == [
        "ours Has the pain",
        "Of 90 leads with a value, 80 got their first one after the outcome was known.",
        "78 % of 90 | 68 – 85 %",
        "9 % of 110 | 5 – 16 %",
    ]


# --- The proposal --------------------------------------------------------------------------------


def test_a_proposal_becomes_a_draft(at_work, ours, calibration, manager):
    services.discard_draft(version_id=ours.draft.pk, by=manager)
    said = read(at_work.get(at_work.page(calibration)))
    assert "it puts a won lead above a lost one in 2 to 18 more of 100 pairs than the version as it is." in said
    response = at_work.act(calibration, "propose")
    draft = QualificationVersion.objects.get(status="draft")
    assert response.headers["Location"] == at_work.page(draft)
    assert told(response) == ["ours schema 2 is a draft of the proposal. Read it, change it, then publish it."]
    assert (draft.mql_score, draft.schema) == (Decimal(20), ours.published.schema)
    page = at_work.get(at_work.page(calibration))
    assert "The proposal became the draft ours schema 2" in read(page)
    assert "Make a draft of the proposal" not in read(page)


def test_a_proposal_does_not_take_the_place_of_a_draft_in_work(at_work, ours, calibration):
    before = dump()
    response = at_work.act(calibration, "propose")
    assert response.headers["Location"] == at_work.page(calibration)
    [said] = told(response)
    assert said.startswith("ours schema has a draft already")
    assert dump() == before


def test_without_a_better_card_nothing_is_proposed(at_work, reported):
    calibration = reported(verdict=Verdict.NO_EVIDENCE, why="Points would be made up.", proposal=None)
    before = dump()
    assert "Make a draft of the proposal" not in read(at_work.get(at_work.page(calibration)))
    assert told(at_work.act(calibration, "propose")) == ["There is no card to propose. Points would be made up."]
    assert dump() == before


def test_a_calibration_is_shown_as_of_when_it_was_asked_for(at_work, calibration):
    asked = timezone.localtime(calibration.requested_at).strftime("%-d %b %Y")
    assert asked in read(at_work.get(at_work.page(calibration)))
