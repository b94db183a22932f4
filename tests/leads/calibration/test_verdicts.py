"""What calibration says of made-up leads in which it is known what decides them."""

import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from leads.domain.calibration.observations import Timing, stand
from leads.domain.calibration.rates import Rate
from leads.domain.calibration.report_json import report_in, report_out
from leads.domain.documents import DocumentRefused
from leads.domain.plan import compile_plan
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, TestCase
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, ValueType
from leads.services.calibration import CalibrationUnavailable, Subject, calibrate_observations
from tests.leads.calibration.deals import ATTRIBUTES, NOW, by_size, coins, observation, planted


def calibrated(observations, document=None, attributes=ATTRIBUTES, **more):
    subject = Subject(1, document or by_size())
    return calibrate_observations(subject=subject, observations=observations, attributes=attributes, now=NOW, **more)


@pytest.fixture(scope="module")
def report():
    return calibrated(planted())


def bands(report) -> dict[str, dict[str, int]]:
    return {
        criterion.key: {band.when: int(band.points) for band in criterion.bands}
        for criterion in report.proposal.document.criteria
    }


def test_what_decides_is_found_with_its_sign_and_rough_size(report):
    found = bands(report)

    assert report.verdict == "better_card"
    assert set(found) == {"pain", "visit", "industry"}
    pain, visit, bank = found["pain"], found["visit"], found["industry"]
    one = (pain["has_pain"] - pain["not has_pain"]) / 3  # points for one of log-odds
    assert pain["has_pain"] == pytest.approx(2 * one, abs=0.35 * one)
    assert pain["not has_pain"] == pytest.approx(-one, abs=0.35 * one)
    long = max(points for when, points in visit.items() if when.startswith("seconds >= "))
    assert visit["seconds == 0"] - min(visit.values()) == pytest.approx(one, abs=0.5 * one)
    assert long - min(visit.values()) == pytest.approx(1.5 * one, abs=0.5 * one)
    assert bank['industry == "bank"'] == pytest.approx(-one, abs=0.5 * one)


def test_what_decides_nothing_is_in_no_card(report):
    read = {spec.key for spec in report.proposal.document.attributes}

    assert read == {"has_pain", "seconds", "industry"}
    assert report.suspicious == ()


def test_the_proposed_card_is_a_document_that_judges_and_counts_nothing_for_what_is_unknown(report):
    (standing,) = stand(compile_plan(report.proposal.document), [observation(True)])

    assert standing.score == 0
    assert standing.worst < 0
    assert standing.level == Level.NONE


def test_the_card_keeps_the_place_of_a_criterion_whose_attribute_gets_new_bands(report):
    visit = next(one for one in report.proposal.document.criteria if one.key == "visit")

    assert (visit.label, visit.axis, visit.question) == ("Visit", Axis.ENGAGEMENT, "How long?")
    assert visit.bands[0].when == "seconds == 0"


def test_the_gain_is_measured_on_leads_that_the_card_had_not_seen(report):
    assert report.present.auc.value < 0.65
    assert 0.75 < report.fitted.auc.value < 0.85
    assert report.fitted.auc.value <= report.fitted_on_seen.value + 0.01
    assert report.proposal.gain.low > 0.15
    assert sum(one.observed.leads for one in report.fitted.reliability) == 3_000
    assert report.fitted.brier < report.present.brier < 0.26


def test_thresholds_let_about_as_many_leads_through_as_today(report):
    after = stand(compile_plan(report.proposal.document), planted())
    before = stand(compile_plan(by_size()), planted())

    for level in (Level.MQL, Level.SQL):
        now = sum(standing.level.rank >= level.rank for standing in before) / 3_000
        then = sum(standing.level.rank >= level.rank for standing in after) / 3_000
        assert then == pytest.approx(now, abs=0.1)
    assert any(note.startswith("MQL from ") for note in report.notes)


def test_every_criterion_has_its_shares_its_lift_and_its_points(report):
    size, pain, _ = report.criteria

    assert pain.met + pain.not_met + pain.unknown == report.decided
    assert pain.lift == pytest.approx((pain.met.won / pain.met.leads) / (report.decided.won / 3_000), abs=1e-5)
    assert (size.least, size.most) == (0, 30)
    assert size.lift == pytest.approx(1, abs=0.1)
    assert [band.when for band in pain.bands] == ["has_pain", ""]
    assert pain.bands[0].rate == pain.met
    assert pain.fitted_most - pain.fitted_least > 5 * (size.fitted_most - size.fitted_least)
    spread = sum(one.fitted_most - one.fitted_least for one in report.criteria)
    assert abs(spread - 40) <= 2


def test_equal_leads_give_an_equal_report(report):
    assert calibrated(planted()) == report


def test_a_report_survives_being_written(report):
    text = report_out(report)

    assert report_in(text) == report
    assert report_out(report_in(text)) == text
    assert text.startswith('{"at":"2026-03-02T09:30:00+00:00","criteria":[{"axis":"fit","bands":[')


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":2,"kind":"calibration_report"}', "[" * 100_000])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(DocumentRefused):
        report_in(text)


def test_a_report_that_lacks_a_part_is_refused(report):
    with pytest.raises(DocumentRefused, match="cannot be read"):
        report_in(report_out(report).replace('"verdict"', '"verdicts"'))


def test_where_coins_decide_there_is_no_evidence_and_no_card():
    report = calibrated(coins())

    assert report.verdict == "no_evidence"
    assert report.proposal is None
    assert report.fitted.auc.is_chance
    assert "0.5 is a coin" in report.why
    assert "The schema as it is may tell won from lost no better than a coin." in report.notes


@pytest.mark.parametrize(("won", "lost"), [(39, 400), (400, 39), (3, 2), (5, 0), (0, 0)])
def test_with_few_leads_of_one_kind_there_is_not_enough_data(won, lost):
    leads = [observation(True, has_pain=True)] * won + [observation(False, has_pain=False)] * lost

    report = calibrated(leads)

    assert report.verdict == "not_enough_data"
    assert report.decided == Rate(won, lost)
    assert (report.fitted, report.proposal) == (None, None)
    assert report.criteria[1].met == Rate(won, 0)
    assert report.criteria[1].not_met == Rate(0, lost)
    assert report.criteria[1].fitted_most is None
    assert (report.present is None) == (min(won, lost) < 5)
    assert report_in(report_out(report)) == report


def test_a_card_that_is_as_good_as_can_be_stays():
    leads = planted()
    better = calibrated(leads).proposal.document

    report = calibrated(leads, document=better)

    assert report.verdict == "no_better_card"
    assert report.proposal is None
    assert "Keep the schema." in report.why


def test_no_card_has_more_criteria_than_the_schema():
    only_pain = by_size(criteria=by_size().criteria[1:2], sql=LevelSpec(score=Decimal(5)))

    report = calibrated(planted(1_000), document=only_pain)

    assert [criterion.key for criterion in report.proposal.document.criteria] == ["pain"]


def test_a_knock_out_stays_with_its_criterion_and_goes_with_it():
    both = LevelSpec(score=Decimal(5), knock_outs=("size", "pain"), minimums=((Axis.FIT, Decimal(10)),))
    asked = (  # in bands that new buckets cannot improve
        BandSpec("has_pain", Decimal(5), True, "Has it"),
        BandSpec("not has_pain", Decimal(0), False, "Has none"),
    )
    size, pain, visit = by_size().criteria
    document = by_size(criteria=(size, replace(pain, bands=asked), visit), sql=both)

    report = calibrated(planted(1_500), document=document)

    assert report.proposal.document.sql.knock_outs == ("pain",)
    assert report.proposal.document.sql.minimums == ()
    assert "SQL: “Size” is no knock-out any more, since it is not in the card." in report.notes
    assert "SQL: knock-outs that stay: Pain." in report.notes
    assert "SQL: the least points on single axes were left out, since the points are new." in report.notes
    pain = next(one for one in report.proposal.document.criteria if one.key == "pain")
    assert [(band.when, band.met) for band in pain.bands] == [("has_pain", True), ("not has_pain", False)]


def test_test_cases_are_kept_and_those_that_fail_are_named():
    cases = (
        TestCase("Large", (("employees", "2000"),), Level.SQL),
        TestCase("Nothing known", (), Level.NONE),
    )
    document = by_size(test_cases=cases)

    report = calibrated(planted(1_500), document=document)

    assert report.proposal.document.test_cases == cases
    assert any(note.startswith("Of 2 test cases, these expect another level") for note in report.notes)
    assert any("“Large”" in note and "“Nothing known”" not in note for note in report.notes)


# --- Suspicions ----------------------------------------------------------------------------------


def suspicious(leads, spec, timings=None, document=None):
    report = calibrated(leads, document, (*ATTRIBUTES, spec), timings=timings or {})
    found = {one.key: one for one in report.suspicious}
    if report.proposal is not None:
        assert found.keys().isdisjoint(read.key for read in report.proposal.document.attributes)
    return found


def with_value(leads, key, value):
    """The same leads with one value more, by the lead's place and outcome."""
    return [
        observation(lead.won, **{"has_pain": lead.snapshot.get("has_pain", {}).get("v"), key: value(place, lead.won)})
        for place, lead in enumerate(leads)
    ]


def test_what_tells_the_outcome_alone_is_suspicious():
    chance = Random(5)
    note = AttributeSpec("note", "Note of the call", ValueType.TEXT)
    leads = with_value(
        planted(1_000), "note", lambda _, won: ("done" if won else "gone") if chance.random() < 0.9 else "-"
    )

    found = suspicious(leads, note)

    assert set(found) == {"note"}
    assert found["note"].cause == "separates_too_well"
    assert found["note"].auc.value > 0.9


def test_what_is_filled_in_for_one_outcome_only_is_suspicious():
    signed = AttributeSpec("signer", "Who signs", ValueType.TEXT)
    leads = with_value(
        planted(1_000), "signer", lambda place, won: f"Person {place}" if won and place % 3 == 0 else None
    )

    found = suspicious(leads, signed)

    assert set(found) == {"signer"}
    assert found["signer"].cause == "filled_with_one_outcome"
    assert found["signer"].filled.lost == 0
    assert found["signer"].filled + found["signer"].not_filled == Rate(
        sum(lead.won for lead in leads), sum(not lead.won for lead in leads)
    )


def test_what_is_mostly_recorded_after_the_outcome_is_suspicious():
    reason = AttributeSpec("reason", "Reason", ValueType.TEXT)
    leads = with_value(planted(1_000), "reason", lambda place, won: "price" if place % 50 == 0 else None)

    assert suspicious(leads, reason, {"reason": Timing(before=11, after=10)}) == {}
    found = suspicious(leads, reason, {"reason": Timing(before=10, after=11)})
    assert set(found) == {"reason"}
    assert found["reason"].cause == "after_outcome"
    assert "Of 21 leads with a value, 11 got their first one after" in found["reason"].reason


def test_the_day_on_which_a_lead_began_is_suspicious_since_its_days_count_the_journey():
    chance = Random(9)
    began = AttributeSpec("first_call", "First call", ValueType.DATE)
    leads = []
    for _ in range(600):
        won = chance.random() < 0.5
        start = NOW - timedelta(days=chance.randint(5, 40) + (40 if won else 0))
        leads.append(observation(won, began=start, first_call=start.date()))

    found = suspicious(leads, began)

    assert found["first_call"].cause == "measures_the_journey"


@pytest.mark.parametrize(("days_known", "causes"), [(0, ["measures_the_journey"]), (400, [])])
def test_a_day_behind_says_something_only_where_it_is_known_when_leads_began_and_ended(days_known, causes):
    chance = Random(9)
    visit = AttributeSpec("visit", "Last visit", ValueType.DATE)
    leads = []
    for _ in range(600):
        days = chance.randint(1, 300)
        won = chance.random() < (0.8 if days < 90 else 0.4)
        began = NOW - timedelta(days=days_known)
        leads.append(observation(won, began=began, visit=(NOW - timedelta(days=days)).date()))

    assert [one.cause for one in suspicious(leads, visit).values()] == causes


def test_a_day_to_come_is_proposed_in_days():
    chance = Random(9)
    decision = AttributeSpec("decision", "Decision", ValueType.DATE)
    leads = []
    for _ in range(1_000):
        days = chance.randint(1, 300)
        won = chance.random() < (0.8 if days < 90 else 0.3)
        leads.append(observation(won, began=NOW - timedelta(days=30), decision=(NOW + timedelta(days=days)).date()))

    report = calibrated(leads, attributes=(*ATTRIBUTES, decision))

    (criterion,) = report.proposal.document.criteria
    assert (criterion.key, criterion.axis) == ("decision", Axis.TIMEFRAME)
    assert all("days_until_decision" in band.when for band in criterion.bands)
    points = {band.when: band.points for band in criterion.bands}
    assert points == {"days_until_decision >= 88": 0, "days_until_decision < 88": 10}


def test_a_criterion_that_reads_something_suspicious_is_in_no_card_and_that_is_said():
    note = AttributeSpec("note", "Note of the call", ValueType.TEXT)
    noted = CriterionSpec("noted", Axis.FIT, "Noted", "What?", (BandSpec('note == "done"', Decimal(9), True),))
    document = by_size(attributes=(*ATTRIBUTES, note), criteria=(*by_size().criteria, noted))
    leads = with_value(planted(1_000), "note", lambda _, won: "done" if won else "gone")

    report = calibrated(leads, document, (*ATTRIBUTES, note))

    assert report.present.auc.value > 0.75
    assert report.present.auc.value > report.fitted.auc.value
    assert report.verdict == "better_card"
    assert set(bands(report)) == {"pain"}
    assert "without anything suspiciously good" in report.why
    assert "“Noted” reads “Note of the call”, which is suspiciously good, so no card uses it." in report.notes


def test_a_criterion_that_reads_something_archived_is_in_no_card_and_that_is_said():
    in_use = [spec for spec in ATTRIBUTES if spec.key != "has_pain"]

    report = calibrated(planted(1_000), attributes=in_use)

    assert "“Pain” reads “Has the pain”, which is archived or has changed since, so no card uses it." in report.notes
    assert "pain" not in bands(report)
    assert report.criteria[1].met.leads > 0


# --- Without the extra ---------------------------------------------------------------------------


def test_without_scikit_learn_calibration_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(CalibrationUnavailable) as refusal:
        calibrated(coins(10))

    assert refusal.value.code == "calibration_unavailable"
    assert "the extra “calibration”" in refusal.value.message
