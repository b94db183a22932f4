"""The Patient Health Questionnaire (PHQ-9): nine items of 0 to 3 points, and one question that is not counted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.engine import Standing
from assessments.domain.template import FormulaSpec
from leads.domain.rules import Range, Reason, Unknown
from tests.assessments.instruments.written import REST, banded, bands, compiled, document, one_of, run

FREQUENCY = (
    ("not_at_all", "Not at all", 0),
    ("several_days", "Several days", 1),
    ("more_than_half", "More than half the days", 2),
    ("nearly_every_day", "Nearly every day", 3),
)
CODES = [code for code, _, _ in FREQUENCY]
ITEMS = {
    "interest": "Little interest or pleasure in doing things",
    "mood": "Feeling down, depressed, or hopeless",
    "sleep": "Trouble falling or staying asleep, or sleeping too much",
    "energy": "Feeling tired or having little energy",
    "appetite": "Poor appetite or overeating",
    "self_worth": "Feeling bad about yourself, or that you are a failure or have let yourself or your family down",
    "concentration": "Trouble concentrating on things, such as reading the newspaper or watching television",
    "pace": "Moving or speaking so slowly that other people could have noticed, or the opposite",
    "harm": "Thoughts that you would be better off dead, or of hurting yourself in some way",
}
TOTAL = " + ".join(f"points_of_{key}" for key in ITEMS)
SEVERITY = bands(
    ("None to minimal", 0), ("Mild", 5), ("Moderate", 10), ("Moderately severe", 15), ("Severe", 20)
)  # fmt: skip
PUBLISHED = {
    **dict.fromkeys(range(5), "None to minimal"),
    **dict.fromkeys(range(5, 10), "Mild"),
    **dict.fromkeys(range(10, 15), "Moderate"),
    **dict.fromkeys(range(15, 20), "Moderately severe"),
    **dict.fromkeys(range(20, 28), "Severe"),
}
PHQ9 = document(
    "phq9",
    "How the last two weeks were",
    (
        *(one_of(key, text, *FREQUENCY) for key, text in ITEMS.items()),
        one_of(
            "difficulty",
            "How difficult have these problems made it for you to do your work or get along with other people?",
            ("none", "Not difficult at all", 0),
            ("somewhat", "Somewhat difficult", 0),
            ("very", "Very difficult", 0),
            ("extremely", "Extremely difficult", 0),
            show_when=f"{TOTAL} > 0",
        ),
    ),
    (FormulaSpec("phq9_total", "PHQ-9", TOTAL, "points", bands=SEVERITY),),
    {
        "Every second day": {
            "answers": dict.fromkeys(ITEMS, "more_than_half") | {"difficulty": "very"} | REST,
            "expected": {"phq9_total": 18},
        },
        "One item is not known": {
            "answers": dict.fromkeys(list(ITEMS)[1:], "not_at_all") | REST,
            "expected": {"phq9_total": None},
        },
    },
)
PLAN = compiled(PHQ9)


def answered(pattern):
    return {key: CODES[points] for key, points in zip(ITEMS, pattern, strict=True)}


@pytest.mark.parametrize("total", range(28))
def test_every_total_from_0_to_27_has_its_published_severity(total):
    pattern = [min(3, max(0, total - 3 * place)) for place in range(9)]

    evaluation = run(PLAN, answered(pattern))

    assert evaluation.facts["phq9_total"] == Decimal(total)
    assert banded(PLAN, "phq9_total", evaluation) == PUBLISHED[total]


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_the_total_is_the_sum_of_the_items_whatever_they_are(pattern):
    evaluation = run(PLAN, answered(pattern) | {"difficulty": "extremely"})

    assert evaluation.facts["phq9_total"] == Decimal(sum(pattern))
    assert banded(PLAN, "phq9_total", evaluation) == PUBLISHED[sum(pattern)]
    shown = Standing.ANSWERED if any(pattern) else Standing.HIDDEN
    assert evaluation.standing["difficulty"] == shown


def test_difficulty_is_asked_as_soon_as_one_item_is_above_0_and_not_before_all_are_answered_0():
    assert run(PLAN, {}).standing["difficulty"] == Standing.UNDECIDED
    assert run(PLAN, answered([0] * 9) | {"harm": "several_days"}).standing["difficulty"] == Standing.OPEN
    assert run(PLAN, answered([0] * 9)).standing["difficulty"] == Standing.HIDDEN
    assert not any(formula.key == "difficulty" for formula in PLAN.formulas)
    assert PLAN.questions["difficulty"].scoring is None


def test_without_all_items_there_is_no_total():
    evaluation = run(PLAN, dict.fromkeys(list(ITEMS)[:8], "nearly_every_day"))

    assert evaluation.facts["phq9_total"] == Unknown(Reason.NOT_ASKED, ("points_of_harm",))
    assert banded(PLAN, "phq9_total", evaluation) == ""


def test_the_section_scores_the_total_out_of_27():
    evaluation = run(PLAN, answered([1, 2, 3, 0, 1, 2, 3, 0, 1]))

    assert next(iter(evaluation.scores.values())).value == Decimal("48.15")  # 13 of 27
    assert not isinstance(evaluation.facts["problem_score"], Range)
