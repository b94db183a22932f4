"""Shares, areas, lifts and probabilities, against figures worked out by hand or known."""

import pytest

from leads.domain.calibration.measures import Bin, auc, auc_gain, brier, reliability, top_tenth_lift
from leads.domain.calibration.rates import Interval, Rate, lift, rate_of, wilson
from leads.domain.calibration.scaling import FOLDS, cross_scaled, fit_scale, folds_of


@pytest.mark.parametrize(
    ("won", "leads", "low", "high"),
    [
        (8, 10, 0.490162, 0.943318),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (50, 100, 0.403832, 0.596168),
    ],
)
def test_an_interval_of_a_share_is_wilsons(won, leads, low, high):
    assert wilson(won, leads) == Interval(pytest.approx(low, abs=2e-6), pytest.approx(high, abs=2e-6))


def test_a_rate_without_leads_says_nothing():
    assert (Rate().conversion, Rate().interval, lift(Rate(), Rate(1, 1))) == (None, None, None)


def test_lift_compares_a_part_with_the_whole():
    assert lift(Rate(3, 1), Rate(3, 5)) == 2.0
    assert lift(Rate(0, 4), Rate(0, 8)) is None


def test_the_area_and_its_interval_are_delongs():
    # By hand: placements of won 1, 2/3, 1; of lost 1, 1, 2/3; both variances 1/27.
    found = auc([5, 3, 4, 1, 2, 3.5], [True, True, True, False, False, False])

    assert found.value == pytest.approx(8 / 9, abs=1e-6)
    half = 1.959964 * (2 * (1 / 27) / 3) ** 0.5
    assert found.interval.low == pytest.approx(8 / 9 - half, abs=1e-6)
    assert found.interval.high == 1.0
    assert not found.is_chance


def test_ties_count_half():
    assert auc([1, 1, 1, 1], [True, False, True, False]).value == 0.5
    assert auc([1, 1, 1, 1], [True, False, True, False]).is_chance


@pytest.mark.parametrize("won", [[], [True, True], [False]])
def test_there_is_no_area_without_both_kinds(won):
    assert auc([1.0] * len(won), won) is None
    assert auc_gain([1.0] * len(won), [1.0] * len(won), won) is None


def test_a_score_gains_nothing_on_itself_and_much_on_its_opposite():
    scores, won = [1.0, 2.0, 3.0, 4.0], [False, False, True, True]

    assert auc_gain(scores, scores, won) == Interval(0.0, 0.0)
    assert auc_gain(scores, [-score for score in scores], won) == Interval(1.0, 1.0)


def test_the_best_tenth_is_compared_with_all():
    scores = [float(score) for score in range(20)]
    won = [score in (18, 19, 3, 5) for score in range(20)]

    assert top_tenth_lift(scores, won) == 5.0
    assert top_tenth_lift(scores, [False] * 20) is None


def test_leads_that_tie_at_the_edge_of_the_best_tenth_count_in_part():
    # One lead fits in; four tie for the place, and half of them were won: half a lead of one.
    won = [True, True, False, False, True, False, False, False, False, False]

    assert top_tenth_lift([9, 9, 9, 9, 1, 1, 1, 1, 1, 1], won) == pytest.approx(0.5 / 0.3, abs=1e-6)


def test_the_brier_score_is_the_mean_squared_error():
    assert brier([1.0, 0.0, 0.5, 0.5], [True, False, True, False]) == 0.125


def test_reliability_has_ten_bins_of_equally_many_leads():
    probabilities = [place / 100 for place in range(100)]
    won = [place >= 50 for place in range(100)]

    bins = reliability(probabilities, won)

    assert [one.observed.leads for one in bins] == [10] * 10
    assert bins[0] == Bin(0.045, Rate(0, 10))
    assert bins[9] == Bin(0.945, Rate(10, 0))


def test_leads_of_one_probability_stay_in_one_bin():
    assert reliability([0.25] * 40, [True] * 10 + [False] * 30) == (Bin(0.25, Rate(10, 30)),)


def test_a_curve_over_the_score_gives_the_shares_that_were_seen():
    # Two scores: a logistic curve meets both shares exactly.
    scores = [0.0] * 10 + [10.0] * 10
    won = [True] * 2 + [False] * 8 + [True] * 7 + [False] * 3

    scale = fit_scale(scores, won)

    assert scale.probability(0.0) == pytest.approx(0.2, abs=1e-4)
    assert scale.probability(10.0) == pytest.approx(0.7, abs=1e-4)


def test_a_score_that_separates_perfectly_still_has_a_curve():
    scale = fit_scale([1.0, 2.0, 3.0, 4.0], [False, False, True, True])

    assert 0 <= scale.probability(1.0) < 0.01
    assert 0.99 < scale.probability(4.0) <= 1


def test_a_score_that_is_always_the_same_gives_the_overall_share():
    assert fit_scale([5.0] * 4, [True, False, False, False]).probability(5.0) == pytest.approx(0.25)


def test_won_and_lost_leads_are_dealt_to_the_folds_evenly():
    won = [True] * 10 + [False] * 25

    folds = folds_of(won)

    for fold in range(FOLDS):
        members = [is_won for is_won, its in zip(won, folds, strict=True) if its == fold]
        assert rate_of(members) == Rate(2, 5)


def test_a_probability_never_comes_from_the_lead_itself():
    scores = [float(place % 7) for place in range(70)]
    won = [place % 3 == 0 for place in range(70)]
    flipped = [not won[0], *won[1:]]

    # The folds after a flip are dealt anew, so only the first lead's own fold can be compared.
    before = cross_scaled(scores, won)[0]
    seen = [index for index, fold in enumerate(folds_of(won)) if fold != folds_of(won)[0]]
    scale = fit_scale([scores[index] for index in seen], [flipped[index] for index in seen])

    assert before == scale.probability(scores[0])
