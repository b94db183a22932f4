"""A maturity model of two levels: weighted averages of areas, each the weighted average of its practices.

An area that does not apply leaves the average: its questions are hidden and read as 0, and the weight of the area
is 0 then. The language needs nothing more for that than a choice between two numbers.
"""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.template import FormulaSpec, QuestionSpec, QuestionType
from leads.domain.rules import Range, Reason, Unknown
from tests.assessments.instruments.written import REST, banded, bands, compiled, document, run

AREAS = {
    # Each with its weight, and its practices with theirs.
    "people": (3, {"roles": 2, "training": 1, "feedback": 1}),
    "process": (5, {"written": 1, "followed": 3}),
    "tools": (2, {"fitting": 1, "joined": 1, "kept": 2}),
    "suppliers": (4, {"chosen": 1, "reviewed": 2}),
}
ALWAYS = ("people",)


def _questions():
    for area, (_, practices) in AREAS.items():
        applies = f"{area}_applies"
        if area not in ALWAYS:
            yield QuestionSpec(applies, f"Is there anything to say of {area}?", QuestionType.YES_NO, required=True)
        for practice in practices:
            yield QuestionSpec(
                f"{area}_{practice}",
                f"How far along is {area}: {practice}, from 1 to 5?",
                QuestionType.SCALE,
                minimum=Decimal(1),
                maximum=Decimal(5),
                scored=True,
                required=True,
                show_when="" if area in ALWAYS else applies,
                if_hidden=None if area in ALWAYS else "0",
            )


def _formulas():
    for area, (weight, practices) in AREAS.items():
        applies = str(weight) if area in ALWAYS else f"{area}_applies ? {weight} : 0"
        yield FormulaSpec(f"{area}_weight", f"Weight of {area}", applies)
        inside = " + ".join(f"points_of_{area}_{practice} * {share}" for practice, share in practices.items())
        yield FormulaSpec(f"{area}_level", f"Level of {area}", f"({inside}) / {sum(practices.values())}")
    weighted = " + ".join(f"{area}_level * {area}_weight" for area in AREAS)
    weights = " + ".join(f"{area}_weight" for area in AREAS)
    yield FormulaSpec(
        "maturity",
        "Maturity",
        f"round(({weighted}) / ({weights}), 2)",
        bands=bands(("Initial", 1), ("Managed", 2), ("Defined", 3), ("Measured", 4), ("Optimising", 5)),
    )


def answered(levels):
    """Answer the practices of the areas that apply; `levels` has None for an area that does not."""
    answers = {f"{area}_applies": levels[area] is not None for area in AREAS if area not in ALWAYS}
    for area, (_, practices) in AREAS.items():
        if levels[area] is not None:
            pairs = zip(practices, levels[area], strict=True)
            answers |= {f"{area}_{practice}": Decimal(level) for practice, level in pairs}
    return answers


def by_hand(levels):
    """Return the average as one would calculate it with a pencil, with exact fractions."""
    sums, weights = Fraction(0), 0
    for area, (weight, practices) in AREAS.items():
        if levels[area] is not None:
            pairs = zip(practices.values(), levels[area], strict=True)
            sums += weight * Fraction(sum(share * level for share, level in pairs), sum(practices.values()))
            weights += weight
    return sums / weights


ALL = {"people": (3, 2, 5), "process": (2, 4), "tools": (1, 3, 5), "suppliers": (4, 1)}
SOME = {"people": (3, 2, 5), "process": None, "tools": (1, 3, 5), "suppliers": None}
MATURITY = document(
    "maturity",
    "How far along you are",
    _questions(),
    tuple(_formulas()),
    {
        "All areas": {"answers": answered(ALL) | REST, "expected": {"maturity": "3.02", "process_level": "3.5"}},
        "Two areas do not apply": {
            "answers": answered(SOME) | REST,
            "expected": {"maturity": "3.35", "process_weight": 0, "tools_weight": 2},
        },
    },
)
PLAN = compiled(MATURITY)


@st.composite
def levels(draw):
    found = {}
    for area, (_, practices) in AREAS.items():
        applies = area in ALWAYS or draw(st.booleans())
        some = st.lists(st.integers(1, 5), min_size=len(practices), max_size=len(practices))
        found[area] = draw(some) if applies else None
    return found


@given(levels())
def test_maturity_is_the_weighted_average_of_the_areas_that_apply(given_levels):
    evaluation = run(PLAN, answered(given_levels))

    exact = by_hand(given_levels)
    rounded = Decimal(round(exact * 100)) / 100  # halves to the even neighbour, as the language rounds
    assert evaluation.facts["maturity"] == rounded
    assert (
        banded(PLAN, "maturity", evaluation)
        == ["Initial", "Managed", "Defined", "Measured", "Optimising"][int(rounded) - 1]
    )


def test_an_area_that_does_not_apply_changes_nothing_whatever_was_answered_in_it():
    before = answered(ALL)

    evaluation = run(PLAN, before | {"process_applies": False, "suppliers_applies": False})

    assert evaluation.facts["maturity"] == run(PLAN, answered(SOME)).facts["maturity"] == Decimal("3.35")


def test_a_range_of_an_answer_is_carried_to_the_top():
    answers = answered(ALL) | {"people_roles": Range(Decimal(2), Decimal(3), Decimal(4))}

    evaluation = run(PLAN, answers)

    assert evaluation.facts["maturity"] == Range(Decimal("2.91"), Decimal("3.02"), Decimal("3.12"))
    assert banded(PLAN, "maturity", evaluation) == "Managed to Defined"


def test_while_it_is_not_known_whether_an_area_applies_there_is_no_average():
    answers = answered(ALL)
    del answers["tools_applies"]

    value = run(PLAN, answers).facts["maturity"]

    assert isinstance(value, Unknown)
    assert value.reason == Reason.NOT_ASKED
