"""Every instrument is published by a business and run as a diagnosis, question by question."""

from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.asking import next_question
from assessments.models import AssessmentTemplate
from assessments.services.evaluating import evaluation_of
from leads.domain.rules import Range
from tests.assessments.instruments.test_apgar import APGAR
from tests.assessments.instruments.test_apgar import SIGNS as APGAR_SIGNS
from tests.assessments.instruments.test_glasgow import COMA
from tests.assessments.instruments.test_maturity import MATURITY, SOME
from tests.assessments.instruments.test_maturity import answered as maturity_answers
from tests.assessments.instruments.test_phq9 import ITEMS, PHQ9
from tests.assessments.instruments.written import REST, banded

URGENCY = {"urgency_before": Decimal(6), "urgency_after": Decimal(8)}


@pytest.mark.parametrize(
    ("document", "answers", "figure", "value", "band"),
    [
        (
            PHQ9,
            dict.fromkeys(ITEMS, "several_days") | {"harm": "nearly_every_day", "difficulty": "somewhat"},
            "phq9_total",
            Decimal(11),
            "Moderate",
        ),
        (PHQ9, dict.fromkeys(ITEMS, "not_at_all"), "phq9_total", Decimal(0), "None to minimal"),
        (APGAR, dict.fromkeys(APGAR_SIGNS, "one"), "apgar_score", Decimal(5), "Moderately abnormal"),
        (COMA, {"eyes": "eyes_1", "verbal": "verbal_2", "motor": "motor_3"}, "coma_score", Decimal(6), "Severe"),
        (MATURITY, maturity_answers(SOME), "maturity", Decimal("3.35"), "Defined"),
    ],
    ids=["phq9", "phq9 of nothing", "apgar", "glasgow", "maturity"],
)
def test_an_instrument_is_published_and_run_as_a_diagnosis(
    rep, start, answer, now, document, answers, figure, value, band
):
    diagnosis = start(rep, document)
    asked = []
    given = answers | REST | URGENCY

    while question := next_question(*evaluation_of(diagnosis, now)):
        asked.append(question.key)
        diagnosis = answer(diagnosis, rep, **{question.key: given[question.key]})

    plan, evaluation = evaluation_of(diagnosis, now)
    assert sorted(asked) == sorted(given)
    assert evaluation.facts[figure] == value
    assert not isinstance(evaluation.facts[figure], Range)
    assert banded(plan, figure, evaluation) == band


@pytest.mark.parametrize("document", [PHQ9, APGAR, COMA, MATURITY], ids=lambda document: document.key)
def test_nothing_keeps_an_instrument_from_being_published(manager, now, document):
    draft = services.template_from_document(document=document, by=manager)

    assert services.problems_of_template(draft) == ()
    services.publish_template(version_id=draft.pk, by=manager, now=now)

    assert AssessmentTemplate.objects.get().versions.get().status == "published"
