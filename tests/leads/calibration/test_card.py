"""From chosen steps and whole points to criteria, and the thresholds of the card."""

from dataclasses import replace
from decimal import Decimal

import pytest

from leads.domain.calibration.candidates import Candidate, Step
from leads.domain.calibration.card import Fitted, card_of, with_thresholds
from leads.domain.calibration.observations import stand
from leads.domain.plan import compile_plan
from leads.domain.schema_document import Axis, BandSpec, LevelSpec
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.services.calibration import material_of
from tests.leads.calibration.deals import ATTRIBUTES, by_size, observation

BY_KEY = {spec.key: spec for spec in ATTRIBUTES}
SECONDS = (
    Step("seconds == 0", "0"),
    Step("seconds >= 600", "600 or more", at_least=Decimal(600)),
    Step("seconds >= 60", "60 or more", at_least=Decimal(60)),
    Step("seconds < 60", "Less than 60"),
)
INDUSTRY = tuple(Step(f'industry == "{code}"', code.capitalize(), codes=(code,)) for code in ("saas", "bank", "farm"))


def fitted(key, steps, *points, **more):
    candidate = Candidate(key=key, axis=Axis.FIT, label=key, question="?", reads=(key,), steps=steps, name=key, **more)
    return Fitted(candidate, points)


def criteria(*chosen):
    return card_of(by_size(), chosen, BY_KEY).criteria


def points(criterion):
    return [(band.when, int(band.points), band.met) for band in criterion.bands]


def test_neighbours_with_equal_points_are_one_band():
    (criterion,) = criteria(fitted("seconds", SECONDS, 2, 5, 5, -3))

    assert points(criterion) == [("seconds == 0", 2, True), ("seconds >= 60", 5, True), ("seconds < 60", -3, False)]
    assert (criterion.otherwise_points, criterion.otherwise_met) == (0, False)


def test_trailing_bands_without_points_are_otherwise():
    (criterion,) = criteria(fitted("seconds", SECONDS, 0, 5, 0, 0))

    assert points(criterion) == [("seconds == 0", 0, False), ("seconds >= 600", 5, True)]


def test_choices_with_equal_points_are_one_band_and_the_best_comes_first():
    (criterion,) = criteria(fitted("industry", INDUSTRY, -2, 4, -2))

    assert points(criterion) == [('industry == "bank"', 4, True), ('industry in ["saas", "farm"]', -2, False)]
    assert criterion.bands[1].label == "Saas, Farm"


def test_points_of_what_is_always_known_begin_at_0():
    (numbers,) = criteria(fitted("seconds", SECONDS, 2, 5, 0, -3, always_known=True))
    (codes,) = criteria(fitted("industry", INDUSTRY, -2, 4, 0, always_known=True))

    assert points(numbers) == [("seconds == 0", 5, True), ("seconds >= 600", 8, True), ("seconds >= 60", 3, False)]
    assert (numbers.otherwise_points, numbers.otherwise_met) == (0, False)
    assert points(codes) == [('industry == "bank"', 6, True), ('industry == "saas"', 0, False)]
    assert codes.otherwise_points == 2


def test_where_nothing_gives_points_it_is_met_by_what_takes_none():
    (codes,) = criteria(fitted("industry", INDUSTRY, -2, -4, 0))
    (numbers,) = criteria(fitted("seconds", SECONDS, -2, 0, -1, -3))

    assert points(codes) == [('industry == "saas"', -2, False), ('industry == "bank"', -4, False)]
    assert codes.otherwise_met
    assert [band.met for band in numbers.bands] == [False, True, False, False]


def test_criteria_without_points_are_left_out_and_no_key_comes_twice():
    found = criteria(fitted("seconds", SECONDS, 0, 0, 0, 0), *[fitted("industry", INDUSTRY, 1, 0, 0)] * 3)

    assert [criterion.key for criterion in found] == ["industry", "industry_2", "industry_3"]


def test_the_card_has_the_attributes_that_it_reads_as_the_business_has_them_now():
    renamed = BY_KEY | {"seconds": replace(BY_KEY["seconds"], label="Seconds")}
    document = by_size(order_ready="has_pain")

    card = card_of(document, [fitted("seconds", SECONDS, 1, 2, 3, 4)], renamed)

    assert [(spec.key, spec.label) for spec in card.attributes] == [
        ("has_pain", "Has the pain"),
        ("seconds", "Seconds"),
    ]


# --- Thresholds ----------------------------------------------------------------------------------


def shares(share_now: int, scores: list[int]):
    """Return the thresholds for ten leads, of which so many reach either level today."""
    (pain,) = by_size().criteria[1:2]
    one = replace(pain, bands=tuple(BandSpec(f"employees == {score}", Decimal(score), True) for score in {*scores, 99}))
    present = by_size(
        criteria=(replace(pain, bands=(BandSpec("has_pain", Decimal(5), True),)),), sql=LevelSpec(score=Decimal(5))
    )
    leads = [
        observation(True, has_pain=place < share_now, employees=Decimal(score))
        for place, score in enumerate(sorted(scores, reverse=True))
    ]
    card = replace(present, criteria=(one,))
    before, after = (stand(compile_plan(document), leads) for document in (present, card))
    document, notes = with_thresholds(card, present, before, after)
    return int(document.mql.score), int(document.sql.score), notes[0]


@pytest.mark.parametrize(
    ("reach_today", "scores", "threshold"),
    [
        (3, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 8),
        (10, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 1),
        (4, [5, 5, 5, 2, 2, 2, 2, 2, 2, 2], 5),
        (0, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 99),
    ],
)
def test_a_threshold_lets_about_as_many_leads_through(reach_today, scores, threshold):
    mql, sql, note = shares(reach_today, scores)

    assert (mql, sql) == (threshold, threshold)
    assert note.startswith(f"MQL from {threshold} points: ")
    assert note.endswith(f" {reach_today * 10:.1f}% do today.")


# --- What cards may read -------------------------------------------------------------------------


def test_an_attribute_that_changed_since_is_none_that_a_card_may_read():
    fewer = replace(BY_KEY["industry"], choices=(Choice("saas", "SaaS"),))
    other = AttributeSpec("seconds", "Seconds", ValueType.TEXT)
    now = [BY_KEY["has_pain"], fewer, other]

    material = material_of(observations=[observation(True)], document=by_size(), attributes=now)

    assert set(material.usable) == {"has_pain"}
