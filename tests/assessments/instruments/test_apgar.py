"""The Apgar score of a newborn: five signs of 0 to 2 points, as published by Virginia Apgar in 1953."""

from decimal import Decimal
from itertools import product

from assessments.domain.template import FormulaSpec
from tests.assessments.instruments.written import REST, banded, bands, compiled, document, one_of, run

SIGNS = {
    "appearance": ("Skin colour", "Blue or pale all over", "Blue at the extremities, body pink", "Pink all over"),
    "pulse": ("Pulse", "Absent", "Below 100 a minute", "100 a minute or more"),
    "grimace": ("Response to stimulation", "None", "Grimace or feeble cry", "Cry, cough or pulls away"),
    "activity": ("Muscle tone", "None", "Some flexion", "Flexed arms and legs that resist extension"),
    "respiration": ("Breathing", "Absent", "Weak, irregular, gasping", "Strong, lusty cry"),
}
CODES = ("zero", "one", "two")
APGAR = document(
    "apgar",
    "How the newborn does",
    [
        one_of(key, f"{text}?", *zip(CODES, labels, range(3), strict=True))
        for key, (text, *labels) in SIGNS.items()
    ],
    (
        FormulaSpec(
            "apgar_score",
            "Apgar",
            " + ".join(f"points_of_{key}" for key in SIGNS),
            "points",
            bands=bands(("Low", 0), ("Moderately abnormal", 4), ("Reassuring", 7)),
        ),
    ),
    {
        "Blue hands and feet": {
            "answers": dict.fromkeys(SIGNS, "two") | {"appearance": "one"} | REST,
            "expected": {"apgar_score": 9},
        }
    },
)  # fmt: skip
PLAN = compiled(APGAR)


def test_all_243_patterns_of_the_five_signs_give_the_published_score_and_band():
    for pattern in product(range(3), repeat=5):
        evaluation = run(PLAN, {key: CODES[points] for key, points in zip(SIGNS, pattern, strict=True)})

        score = sum(pattern)
        band = "Reassuring" if score >= 7 else "Moderately abnormal" if score >= 4 else "Low"
        assert evaluation.facts["apgar_score"] == Decimal(score)
        assert banded(PLAN, "apgar_score", evaluation) == band
