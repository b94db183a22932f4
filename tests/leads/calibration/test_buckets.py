"""Values in few buckets, and the bands of the rule language that they become."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads.domain.calibration.bucketed import attribute_candidates
from leads.domain.calibration.buckets import bucket_codes, bucket_numbers, least_leads, merge_alike, nice
from leads.domain.calibration.candidates import NOTHING
from leads.domain.calibration.observations import columns_of
from leads.domain.calibration.rates import Rate
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec, Choice, ValueType
from tests.leads.calibration.deals import NOW, observation

NUMBER = AttributeSpec("visits", "Visits", ValueType.NUMBER)
LETTERS = tuple(Choice(code, code.upper()) for code in "abcde")
CHOICE = AttributeSpec("kind", "Kind", ValueType.CHOICE, choices=LETTERS)
SEVERAL = AttributeSpec("systems", "Systems", ValueType.MULTI_CHOICE, choices=LETTERS)
YES_NO = AttributeSpec("pain", "Pain", ValueType.YES_NO)
TEXT = AttributeSpec("note", "Note", ValueType.TEXT)
DAY = AttributeSpec("decision", "Decision", ValueType.DATE)


def leads(key, *groups):
    """Return observations: of each group as many won and lost as it says, all with its value."""
    return [
        observation(won, **{key: value}) for value, wins, losses in groups for won in [True] * wins + [False] * losses
    ]


def candidates(spec, observations):
    won = [one.won for one in observations]
    columns = columns_of(observations, [spec])
    return attribute_candidates(columns, won, range(len(won)), {spec.key: spec})


def only(spec, observations):
    (placed,) = candidates(spec, observations)
    return placed


def whens(placed):
    return [step.when for step in placed.candidate.steps]


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("0", "0"), ("7", "7"), ("1234", "1200"), ("-86", "-86"), ("0.01876", "0.019"), ("999", "1E+3")],
)
def test_a_boundary_has_two_significant_digits(number, rounded):
    assert nice(Decimal(number)) == Decimal(rounded)


@pytest.mark.parametrize(("leads_", "least"), [(10, 15), (3_000, 15), (10_000, 50)])
def test_a_bucket_needs_some_leads(leads_, least):
    assert least_leads(leads_) == least


def test_neighbours_that_convert_alike_are_one():
    runs = merge_alike([Rate(10, 90), Rate(11, 89), Rate(60, 40), Rate(58, 42)], 15)

    assert runs == [(0, Rate(21, 179)), (2, Rate(118, 82))]


def test_a_bucket_with_few_leads_joins_the_neighbour_that_is_more_like_it():
    assert merge_alike([Rate(10, 90), Rate(4, 1), Rate(80, 20)], 15) == [(0, Rate(10, 90)), (1, Rate(84, 21))]


def test_there_are_at_most_six_buckets():
    runs = merge_alike([Rate(won * 100, 1_000 - won * 100) for won in range(10)], 15)

    assert len(runs) == 6
    assert sum((rate for _, rate in runs), Rate()) == Rate(4_500, 5_500)


def test_zero_is_a_bucket_of_its_own_if_enough_leads_have_it():
    values = [(Decimal(0), True)] * 20 + [(Decimal(number), number > 50) for number in range(1, 101)]

    apart = bucket_numbers(values, 15, zero_apart=True)
    joined = bucket_numbers(values[15:], 15, zero_apart=True)

    assert apart.zero == Rate(20, 0)
    assert apart.cuts == (Decimal(51),)
    assert apart.rates == (Rate(0, 50), Rate(50, 0))
    assert joined.zero is None


def test_codes_with_few_leads_are_rare():
    values = [("a", True)] * 20 + [("b", False)] * 20 + [("c", True)] * 3 + [("d", False)] * 20

    found = bucket_codes(values, 15)

    assert found.groups == (("a",), ("b", "d"))
    assert (found.rare, found.rare_rate) == (("c",), Rate(3, 0))


# --- As bands ------------------------------------------------------------------------------------


def test_a_number_has_bands_from_the_top_after_zero_and_counts_nothing_if_not_given():
    known = leads("visits", (Decimal(0), 40, 10), (Decimal(3), 5, 45), (Decimal(9), 45, 5))
    unknown = leads("visits", (None, 20, 20))

    placed = only(NUMBER, [*known, *unknown])

    assert whens(placed) == ["visits == 0", "visits >= 9", "visits < 9"]
    assert [step.label for step in placed.candidate.steps] == ["0", "9 or more", "Less than 9"]
    assert placed.places == (0,) * 50 + (2,) * 50 + (1,) * 50 + (NOTHING,) * 40


def test_where_it_is_always_given_most_leads_are_what_is_compared_with():
    placed = only(NUMBER, leads("visits", (Decimal(0), 40, 10), (Decimal(3), 5, 95), (Decimal(9), 45, 5)))

    assert placed.candidate.typical == 2
    assert placed.places == (0,) * 50 + (NOTHING,) * 100 + (1,) * 50


def test_a_range_that_spans_a_boundary_counts_nothing():
    spanning = observation(True, visits=Range(Decimal(2), Decimal(3), Decimal(10)))
    within = observation(True, visits=Range(Decimal(9), Decimal(9), Decimal(12)))
    known = leads("visits", (Decimal(3), 5, 45), (Decimal(9), 45, 5), (None, 20, 20))

    placed = only(NUMBER, [*known, spanning, within])

    assert whens(placed) == ["visits >= 9", "visits < 9"]
    assert placed.places[-2:] == (NOTHING, 0)


def test_a_number_that_is_only_given_or_not_is_one_band():
    placed = only(NUMBER, leads("visits", (Decimal(4), 40, 10), (None, 10, 40)))

    assert placed.places == (0,) * 50 + (NOTHING,) * 50


def test_choices_that_convert_alike_are_one_band():
    placed = only(CHOICE, leads("kind", ("a", 40, 10), ("b", 41, 9), ("c", 5, 45), ("d", 3, 2), (None, 20, 30)))

    assert whens(placed) == ['kind in ["a", "b"]', 'kind == "c"']
    assert [step.label for step in placed.candidate.steps] == ["A, B", "C"]
    assert placed.places == (0,) * 100 + (1,) * 50 + (NOTHING,) * 55


def test_of_choices_that_are_always_given_the_usual_one_has_no_band():
    placed = only(CHOICE, leads("kind", ("a", 40, 10), ("c", 15, 135)))

    assert whens(placed) == ['kind == "a"']


def test_yes_and_no_are_bands_where_it_may_be_unknown():
    often = only(YES_NO, leads("pain", (True, 40, 10), (False, 10, 40), (None, 20, 30)))
    always = only(YES_NO, leads("pain", (True, 40, 10), (False, 10, 60)))

    assert whens(often) == ["pain", "not pain"]
    assert whens(always) == ["pain"]


def test_each_of_several_choices_is_a_criterion_of_its_own():
    observations = leads(
        "systems", (frozenset("ab"), 40, 10), (frozenset("b"), 5, 45), (frozenset("cd"), 20, 30), (None, 10, 10)
    )

    found = candidates(SEVERAL, observations)

    assert [(one.candidate.key, whens(one)) for one in found] == [
        ("systems_a", ['"a" in systems']),
        ("systems_b", ['"b" in systems']),
        ("systems_c", ['"c" in systems']),
        ("systems_d", ['"d" in systems']),
    ]
    assert found[1].places == (0,) * 100 + (NOTHING,) * 70


def test_texts_are_choices_as_long_as_they_are_few_and_may_be_quoted():
    few = leads("note", ('say "hi"', 40, 10), ("back\\slash", 5, 45), (None, 20, 30))
    many = [observation(place % 2 == 0, note=f"Text {place % 30}") for place in range(600)]

    assert whens(only(TEXT, few)) == ['note == "say \\"hi\\""', 'note == "back\\\\slash"']
    assert candidates(TEXT, many) == []


def test_a_date_is_read_in_the_days_until_it_or_since():
    def days(offset, wins, losses):
        return leads("decision", ((NOW + timedelta(days=offset)).date(), wins, losses))

    ahead = only(DAY, [*days(10, 40, 10), *days(100, 5, 45), *days(-3, 3, 2)])
    behind = only(DAY, [*days(-10, 40, 10), *days(-100, 5, 45)])

    assert all(when.startswith("days_until_decision ") for when in whens(ahead))
    assert whens(behind) == ["days_since_decision >= 100", "days_since_decision < 100"]


def test_what_hardly_any_lead_has_is_no_candidate():
    assert candidates(NUMBER, leads("visits", (Decimal(4), 5, 5), (None, 50, 50))) == []
    assert candidates(CHOICE, leads("kind", ("a", 50, 50))) == []


def test_values_that_no_rule_could_name_have_no_band():
    gone = leads("kind", ("a", 40, 10), ("z", 5, 45), (None, 20, 30))
    broken = leads("note", ("one\ntwo", 40, 10), ("fine", 5, 45), (None, 20, 30))

    assert whens(only(CHOICE, gone)) == ['kind == "a"']
    assert whens(only(TEXT, broken)) == ['note == "fine"']
