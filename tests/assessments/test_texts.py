"""What people write about a diagnosis: something that can be seen, and no longer than a text answer."""

from decimal import Decimal

import pytest

from assessments import services
from assessments.models import Answer, Diagnosis, Disagreement, Finding, FindingKind
from assessments.services.diagnosis_rows import ReasonMissing
from assessments.services.findings import FindingEmpty
from leads.domain.qualification import Decision
from leads.domain.values import ValueRefused
from leads.services.lines import FieldRefused
from tests.assessments.samples import ANSWERS

pytestmark = pytest.mark.django_db
UNSEEN = ["", " \n", "\u200b", "\u200b \u2060\ufeff", "\u3164\u2800"]


@pytest.fixture
def writing(rep, start, answer, now):
    """Return what writes a text, by what it is."""
    running = answer(start(rep), rep, **ANSWERS)
    on = {"diagnosis_id": running.pk, "by": rep, "now": now}
    held = {**on, "expected_revision": running.revision}

    def amended(text):
        services.complete_diagnosis(**held)
        return services.amend_diagnosis(reason=text, **on).amended_because

    about = Disagreement.About.WILL_ACT
    return {
        "finding": lambda text: services.add_finding(kind=FindingKind.CAUSE, text=text, **on).text,
        "disagreement": lambda text: (
            services.disagree_with_verdict(about=about, says=Decision.NO, reason=text, **on).reason
        ),
        "giving up": lambda text: services.abandon_diagnosis(reason=text, **held).abandoned_because,
        "amending": amended,
        "note": lambda text: (
            services.answer_question(question="severity", value=Decimal(3), note=text, **held).history.first().note
        ),
        "answer": lambda text: services.answer_question(question="which_mail", value=text, **held).answers[
            "which_mail"
        ],
    }


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Answer, Disagreement, Finding)]


WRITTEN = ["finding", "disagreement", "giving up", "amending", "note", "answer"]


@pytest.mark.parametrize("what", WRITTEN)
def test_a_text_has_2000_characters_at_most(writing, what):
    before = rows()

    with pytest.raises((FieldRefused, ValueRefused)) as refusal:
        writing[what]("x" * 2_001)

    assert "2,000 characters" in refusal.value.message
    assert rows() == before


@pytest.mark.parametrize("what", WRITTEN)
def test_a_text_of_2000_characters_is_kept_without_blanks_around_it(writing, what):
    assert writing[what]("\n " + "é" * 2_000 + " ") == "é" * 2_000


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("what", ["finding", "disagreement", "giving up", "amending", "answer"])
def test_what_cannot_be_seen_is_no_text(writing, what, text):
    before = rows()

    with pytest.raises((FindingEmpty, ReasonMissing, ValueRefused)):
        writing[what](text)

    assert rows() == before
    assert not Diagnosis.objects.filter(status="abandoned").exists()


@pytest.mark.parametrize("text", UNSEEN)
def test_a_note_that_cannot_be_seen_is_none(writing, text):
    assert writing["note"](text) == ""


@pytest.mark.parametrize("text", ["👩\u200d💻", "\u200bx", "می\u200cخواهم", "?"])
def test_joiners_stay_in_a_text_that_can_be_seen(writing, text):
    assert writing["finding"](text) == text
