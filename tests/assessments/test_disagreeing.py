"""What a salesperson holds against the verdict."""

from datetime import timedelta

import pytest

from assessments import services
from assessments.models import Diagnosis, Disagreement
from assessments.services.disagreeing import VerdictSaysSo
from leads.domain.errors import DomainError
from leads.domain.qualification import Decision
from tests.assessments.samples import ANSWERS

pytestmark = pytest.mark.django_db


def unchanged(diagnosis):
    return Diagnosis.objects.values().get(pk=diagnosis.pk)


@pytest.fixture
def do(rep, now):
    """Do something with a diagnosis as it stands."""

    def done(name, diagnosis, **more):
        diagnosis.refresh_from_db()
        return getattr(services, name)(
            diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now, **more
        )

    return done


def test_a_disagreement_stands_beside_a_completed_verdict_and_changes_nothing(rep, start, answer, do, now):
    done = do("complete_diagnosis", answer(start(rep), rep, **ANSWERS))
    before = unchanged(done)

    kept = services.disagree_with_verdict(
        diagnosis_id=done.pk,
        about=Disagreement.About.WILL_ACT,
        says=Decision.NO,
        reason="No.",
        by=rep,
        now=now,
    )
    withdrawn = services.withdraw_disagreement(disagreement_id=kept.pk, by=rep, now=now)

    assert (kept.found, kept.says, withdrawn.withdrawn_at) == ("yes", "no", now)
    assert unchanged(done) == before


def test_what_the_verdict_says_itself_is_no_disagreement(rep, start, now):
    diagnosis = start(rep)

    with pytest.raises(VerdictSaysSo) as refusal:
        services.disagree_with_verdict(
            diagnosis_id=diagnosis.pk,
            about=Disagreement.About.JUSTIFIES,
            says=Decision.UNKNOWN,
            reason="Who knows.",
            by=rep,
            now=now,
        )

    assert (refusal.value.code, refusal.value.field) == ("verdict_says_so", "says")
    assert refusal.value.message == "The verdict says UNKNOWN itself: there is nothing to disagree with."
    assert not Disagreement.objects.exists()


def test_a_later_opinion_withdraws_the_same_persons_earlier_one_on_the_same_answer(rep, manager, start, now):
    diagnosis = start(rep)
    later = now + timedelta(hours=1)

    def say(about, says, by, at=now):
        about = Disagreement.About(about)
        services.disagree_with_verdict(diagnosis_id=diagnosis.pk, about=about, says=says, reason="So.", by=by, now=at)

    say("will_act", Decision.NO, rep)
    say("will_act", Decision.NO, manager)
    say("justifies", Decision.NO, rep)
    for refused in (("will_act", Decision.UNKNOWN, "So."), ("will_act", Decision.YES, " ")):
        with pytest.raises(DomainError):
            services.disagree_with_verdict(
                diagnosis_id=diagnosis.pk,
                about=Disagreement.About(refused[0]),
                says=refused[1],
                reason=refused[2],
                by=rep,
                now=now,
            )
    assert not Disagreement.objects.filter(withdrawn_at__isnull=False).exists()

    say("will_act", Decision.YES, rep, later)

    assert list(
        Disagreement.objects.order_by("id").values_list("about", "says", "author", "withdrawn_at", "withdrawn_by")
    ) == [
        ("will_act", "no", rep.membership.pk, later, rep.membership.pk),
        ("will_act", "no", manager.membership.pk, None, None),
        ("justifies", "no", rep.membership.pk, None, None),
        ("will_act", "yes", rep.membership.pk, None, None),
    ]
