"""Stall risks and loss reviews in the admin."""

import pytest

from leads.models import Reason, Transition, User
from playbook.models import LossReview, StallRiskSetting
from tests.leads.admin.browser import Desk, read, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(manager) -> Desk:
    User.objects.filter(pk=manager.membership.user.pk).update(is_staff=True)
    manager.membership.user.is_staff = True
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def setting(business):
    return lambda key: StallRiskSetting.objects.get(business=business, key=key)


@pytest.fixture
def lost_for(business):
    return lambda key: Reason.objects.get(business=business, kind="lost", key=key)


def asked(page):
    return list(page.context["adminform"].form.fields)


def test_a_risk_is_renamed_switched_off_and_predicts_something_else(at_work, setting, lost_for):
    risk = setting("single_contact")
    assert asked(at_work.get(at_work.page(risk))) == ["name", "active", "predicts", "severity"]

    at_work.post(at_work.page(risk), name="One person", severity="blocking", predicts=lost_for("budget").pk, _save="1")

    risk.refresh_from_db()
    assert (risk.name, risk.active, risk.severity, risk.predicts.key) == ("One person", False, "blocking", "budget")


def test_only_the_risk_of_no_activity_counts_days(at_work, setting):
    risk = setting("no_activity")
    given = {"name": risk.name, "active": "on", "severity": "watch", "predicts": "", "_save": "1"}
    assert asked(at_work.get(at_work.page(risk)))[-1] == "days"

    refused = at_work.post(at_work.page(risk), given, days="251")
    assert refused.context["adminform"].form.errors == {"days": ["Give from 1 to 250 working days."]}
    at_work.post(at_work.page(risk), given, days="15")

    risk.refresh_from_db()
    assert (risk.days, risk.predicts, risk.active) == (15, None, True)


def test_the_severity_of_a_verdicts_risk_is_left_to_its_template(at_work, setting, lost_for):
    risk = setting("no_sponsor")
    assert asked(at_work.get(at_work.page(risk))) == ["name", "active", "predicts"]

    at_work.post(at_work.page(risk), name="No sponsor", active="on", predicts=lost_for("budget").pk, _save="1")

    risk.refresh_from_db()
    assert (risk.severity, risk.predicts.key) == ("blocking", "budget")


def test_a_risk_predicts_nothing_but_reasons_of_losses(at_work, setting, business):
    risk = setting("single_contact")
    other = Reason.objects.filter(business=business).exclude(kind="lost").first()

    refused = at_work.post(at_work.page(risk), name="x", severity="watch", predicts=other.pk, _save="1")

    assert set(refused.context["adminform"].form.errors) == {"predicts"}


def test_nobody_adds_a_risk(at_work):
    assert at_work.get(at_work.page(StallRiskSetting, "add")).status_code == 403


def test_a_loss_review_says_in_words_what_came_true(at_work, make_lead, manager, lost_for, now):
    lead = make_lead(manager, "Initech", title="Payroll")
    risk = {"because": "Only Jane was met.", "since": None, "severity": "blocking"}
    review = LossReview.objects.create(
        business=manager.business,
        lead=lead,
        transition=Transition.objects.filter(lead=lead).first(),
        cause=lost_for("budget"),
        predicted=[
            risk | {"key": "a", "name": "Money", "predicts": "budget", "predicts_label": "Budget"},
            risk | {"key": "b", "name": "Alone", "predicts": "no_decision", "predicts_label": "No decision"},
        ],
        foreseen="yes",
        at=now,
    )

    shown = read(at_work.get(at_work.page(LossReview, "changelist")))
    assert "Payroll" in shown
    assert "Budget, No decision" in shown
    assert "Foreseen" in shown
    table = at_work.get(at_work.page(review)).context["tables"][0]
    assert [(row[0].main, row[2], row[3].text) for row in table.rows] == [
        ("Money", "Budget", "Yes"),
        ("Alone", "No decision", "No"),
    ]
