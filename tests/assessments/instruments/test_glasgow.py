"""The Glasgow Coma Scale: eyes 1 to 4, verbal 1 to 5, motor 1 to 6, as published by Teasdale and Jennett."""

from decimal import Decimal
from itertools import product

from assessments.domain.template import FormulaSpec
from leads.domain.rules import Unknown
from tests.assessments.instruments.written import REST, banded, bands, compiled, document, one_of, run

RESPONSES = {
    "eyes": ("None", "To pressure", "To sound", "Spontaneous"),
    "verbal": ("None", "Sounds", "Words", "Confused", "Orientated"),
    "motor": ("None", "Extension", "Abnormal flexion", "Normal flexion", "Localising", "Obeys commands"),
}
COMA = document(
    "glasgow",
    "How awake somebody is",
    [
        one_of(
            key,
            f"Best response of {key}?",
            *((f"{key}_{points}", label, points) for points, label in enumerate(labels, start=1)),
        )
        for key, labels in RESPONSES.items()
    ],
    (
        FormulaSpec(
            "coma_score",
            "Glasgow Coma Scale",
            "points_of_eyes + points_of_verbal + points_of_motor",
            "points",
            bands=bands(("Severe", 3), ("Moderate", 9), ("Mild", 13)),
        ),
    ),
    {
        "Confused, all else well": {
            "answers": {"eyes": "eyes_4", "verbal": "verbal_4", "motor": "motor_6"} | REST,
            "expected": {"coma_score": 14},
        }
    },
)
PLAN = compiled(COMA)


def test_all_120_responses_give_the_published_score_and_band():
    seen = set()
    for eyes, verbal, motor in product(range(1, 5), range(1, 6), range(1, 7)):
        answers = {"eyes": f"eyes_{eyes}", "verbal": f"verbal_{verbal}", "motor": f"motor_{motor}"}
        evaluation = run(PLAN, answers)

        score = eyes + verbal + motor
        assert evaluation.facts["coma_score"] == Decimal(score)
        assert banded(PLAN, "coma_score", evaluation) == (
            "Severe" if score <= 8 else "Moderate" if score <= 12 else "Mild"
        )
        seen.add(score)
    assert seen == set(range(3, 16))


def test_a_response_that_cannot_be_tested_leaves_the_score_open():
    evaluation = run(PLAN, {"eyes": "eyes_4", "motor": "motor_6"})

    assert isinstance(evaluation.facts["coma_score"], Unknown)
