"""One lead: what is known of it, and what a manager does about it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Door, Evidence, Lead, LevelOverride, Role, Transition
from tests.leads.admin.browser import told

LEADS = "/admin/leads/lead/"


@pytest.fixture
def lead(ours, make_lead, manager) -> Lead:
    """An MQL of which the number of employees is not known."""
    return make_lead(manager, "Initech", title="Orders by hand", values={"has_pain": True})


def test_the_page_says_what_is_known_why_and_what_to_ask(at_work, lead):
    html = at_work.get(at_work.page(lead)).content.decode()
    for text in ("What to ask next", "ours How many people work there?", "Decides SQL", "Not asked yet"):
        assert text in html
    assert "ours Fit must be met" in html


def test_the_page_shows_what_happened(at_work, ours):
    html = at_work.get(at_work.page(ours.lead)).content.decode()
    for text in ("ours call", "ours person", "Champion", "ours is no more", "ours reason", "120"):
        assert text in html


def test_moving_a_lead_leaves_a_receipt_that_names_the_admin(at_work, lead, manager):
    response = at_work.act(lead, "move", to="mql", reason="Asked twice", revision=1)
    assert (response.status_code, response.headers["Location"]) == (302, at_work.page(lead))
    receipt = Transition.objects.filter(lead=lead).first()
    assert told(response) == [f"Moved to MQL. Receipt {receipt.pk} says why."]
    assert (receipt.from_stage, receipt.to_stage, receipt.door) == ("inquiry", "mql", Door.ADMIN)
    assert (receipt.author, receipt.reason) == (manager.membership, "Asked twice")


def test_a_move_that_the_level_does_not_allow_is_refused_beside_the_field(at_work, lead):
    response = at_work.act(lead, "move", to="sql", revision=1)
    assert response.status_code == 200
    form = response.context["forms"]["move"]
    assert form.errors == {"to": ["SQL needs the level SQL in force; this lead's is MQL."]}
    assert Transition.objects.filter(lead=lead).count() == 1


def test_a_move_to_nurture_needs_its_date(at_work, lead):
    response = at_work.act(lead, "move", to="nurture", revision=1)
    assert response.context["forms"]["move"].errors == {"nurture_until": ["NURTURE needs a date to look again."]}
    later = timezone.localdate() + timedelta(days=40)
    assert at_work.act(lead, "move", to="nurture", nurture_until=later.isoformat(), revision=1).status_code == 302
    assert Lead.objects.get(pk=lead.pk).nurture_until == later


def test_who_was_too_late_sees_the_lead_as_it_is_and_may_try_again(at_work, lead):
    at_work.act(lead, "edit", title_given="Changed", source="", owner="", revision=1)
    response = at_work.act(lead, "move", to="mql", reason="Asked twice", revision=1)
    form = response.context["forms"]["move"]
    assert form.non_field_errors() == [
        "Somebody changed this lead meanwhile: it is at revision 2, you expected 1. Read it again, then decide."
    ]
    assert (form["revision"].value(), form["reason"].value()) == ("2", "Asked twice")
    assert Lead.objects.get(pk=lead.pk).stage == "inquiry"


def test_overriding_the_level_counts_until_the_end_of_the_day_in_the_businesss_zone(at_work, lead, manager):
    until = timezone.localdate() + timedelta(days=10)
    response = at_work.act(lead, "override", level="sql", reason="Called us", until=until.isoformat(), revision=1)
    assert response.status_code == 302
    override = LevelOverride.objects.get(lead=lead)
    assert (override.level, override.reason, override.author) == ("sql", "Called us", manager.membership)
    end = override.expires_at.astimezone(manager.business.zone)
    assert (end.date(), end.hour) == (until + timedelta(days=1), 0)


def test_an_override_must_end_in_the_future(at_work, lead):
    response = at_work.act(lead, "override", level="sql", reason="Called us", until="2020-01-01", revision=1)
    assert response.status_code == 200
    assert "The override must end in the future." in response.content.decode()
    assert not LevelOverride.objects.filter(lead=lead).exists()


def test_judging_again_takes_todays_schema(at_work, lead):
    Lead.objects.filter(pk=lead.pk).update(level="none", score=0, qualification=None)
    response = at_work.act(lead, "judge")
    assert told(response) == ["Judged: MQL with 30 points."]
    assert Lead.objects.get(pk=lead.pk).level == "mql"


def test_title_source_and_owner_can_be_changed(at_work, lead, manager, join, business):
    rep = join(business, Role.SALES).membership
    at_work.act(lead, "edit", title_given="New", source="Fair", owner=rep.pk, revision=1)
    lead.refresh_from_db()
    assert (lead.title, lead.source, lead.owner, lead.revision) == ("New", "Fair", rep, 2)
    at_work.act(lead, "edit", title_given="New", source="Fair", owner="", revision=2)
    assert Lead.objects.get(pk=lead.pk).owner is None


def test_a_member_of_another_business_cannot_become_the_owner(at_work, lead, theirs):
    response = at_work.act(lead, "edit", title_given="", source="", owner=theirs.member.pk, revision=1)
    assert response.status_code == 200
    assert "owner" in response.context["forms"]["edit"].errors
    assert Lead.objects.get(pk=lead.pk).revision == 1


def test_a_lead_is_not_changed_by_following_a_link(at_work, lead):
    for name in ("move", "override", "edit", "judge"):
        response = at_work.get(at_work.page(lead, name))
        assert response.headers["Location"] == at_work.page(lead)
    assert Lead.objects.get(pk=lead.pk).revision == 1


def test_a_recording_is_read_in_words(at_work, lead):
    html = at_work.get(at_work.page(Evidence.objects.get(lead=lead))).content.decode()
    assert "ours Has the pain" in html
    assert "has_pain" not in html


# --- The list ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, {"Orders by hand", "ours lead"}),
        ({"stage": "disqualified"}, {"ours lead"}),
        ({"stage": ["inquiry", "disqualified"]}, {"Orders by hand", "ours lead"}),
        ({"level": "mql"}, {"Orders by hand", "ours lead"}),
        ({"possible_level": "none"}, set()),
        ({"owner": "none"}, {"Orders by hand"}),
        ({"q": "initech"}, {"Orders by hand"}),
        ({"outcome": "won"}, set()),
    ],
)
def test_the_list_is_filtered_as_everywhere(at_work, lead, query, titles):
    rows = at_work.get(LEADS, **query).context["cl"].result_list
    assert {row.title for row in rows} == titles


def test_a_filter_that_makes_no_sense_is_left_out(at_work, lead):
    response = at_work.get(LEADS, stage="nonsense")
    assert response.status_code == 302
    assert response.headers["Location"].endswith("?e=1")


def test_the_owner_of_another_business_finds_nothing(at_work, lead, theirs):
    assert list(at_work.get(LEADS, owner=theirs.member.pk).context["cl"].result_list) == []


def test_the_list_costs_the_same_whatever_its_length(at_work, manager, ours, make_lead, join, business):
    owner = join(business, Role.SALES, "rep@example.com").membership
    at_work.get(LEADS)
    costs = []
    for wanted in (1, 10, 100):
        for number in range(Lead.objects.filter(business=business).count(), wanted):
            make_lead(manager, f"Customer {number}", owner_id=owner.pk)
        with CaptureQueriesContext(connection) as counted:
            assert at_work.get(LEADS).context["cl"].result_count == wanted
        costs.append(len(counted))
    assert costs == [costs[0]] * 3
