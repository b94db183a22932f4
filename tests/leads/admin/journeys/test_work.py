"""Leads judged anew in the background, flags, and overrides, as managers see them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from leads import services
from leads.domain.stages import Level
from leads.models import Flag, FlagKind, Lead, LevelOverride, Rejudging, Role, WorkStatus
from leads.services.rejudging import rejudge_batch
from tests.leads.admin.browser import read, told
from tests.leads.graphql.state import dump

HOME = "/admin/"
FLAGS = "/admin/leads/flag/"


@pytest.fixture
def leads(ours, manager, make_lead) -> list[Lead]:
    """Two MQL and one of which nothing is known."""
    known = {"has_pain": True}
    return [
        make_lead(manager, "Initech", title="Orders by hand", values=known),
        make_lead(manager, "Hooli", title="Late reports", values=known),
        make_lead(manager, "Umbrella", title="Somebody asked"),
    ]


@pytest.fixture
def rejudging(ours, leads, manager) -> Rejudging:
    """The pass that waits since the draft was published a minute ago; it asks for more than two of the leads have."""
    ours.draft.mql_score = 35
    ours.draft.save()
    services.publish(version_id=ours.draft.pk, by=manager, now=timezone.now() - timedelta(minutes=1))
    return Rejudging.objects.get(version=ours.draft)


# --- Judging anew --------------------------------------------------------------------------------


def test_publishing_tells_that_all_open_leads_are_judged_anew_and_leads_there(at_work, ours, leads):
    response = at_work.act(ours.draft, "publish")
    rejudging = Rejudging.objects.get(version=ours.draft)
    [said] = told(response)
    assert strip_tags(said) == (
        "ours schema 2 is published and judges from now on. All 3 open leads are being judged anew."
    )
    assert f'href="{at_work.page(rejudging)}"' in said
    page = at_work.client.get(response.headers["Location"]).content.decode()
    assert f'href="{at_work.page(rejudging)}" class="underline">All 3 open leads are being judged anew.</a>' in page


def test_retiring_tells_it_too(at_work, ours, leads):
    response = at_work.act(ours.published, "retire")
    rejudging = Rejudging.objects.filter(version=ours.published).first()
    [said] = told(response)
    assert strip_tags(said) == ("ours schema 1 is retired and judges no more. All 3 open leads are being judged anew.")
    assert f'href="{at_work.page(rejudging)}"' in said
    assert "Leads judged anew after ours schema 1 was retired" in read(at_work.get(at_work.page(rejudging)))


def test_who_waits_in_vain_is_told_how_to_start_a_worker(at_work, rejudging):
    response = at_work.get(at_work.page(rejudging))
    said = read(response)
    assert "Leads judged anew after ours schema 2 was published" in said
    assert "Waiting to begin with 3 leads." in said
    assert "No worker seems to run. Whoever runs this server starts one with manage.py worker." in said
    assert 'data-refresh="2"' in response.content.decode()


def test_who_has_waited_but_shortly_is_told_nothing_of_the_kind(at_work, rejudging):
    Rejudging.objects.filter(pk=rejudging.pk).update(requested_at=timezone.now())
    assert "No worker" not in read(at_work.get(at_work.page(rejudging)))


def test_the_page_shows_how_far_it_is_and_what_became_of_the_leads(at_work, rejudging, now):
    assert rejudge_batch(rejudging.pk, now, at_most=2)
    response = at_work.get(at_work.page(rejudging))
    assert "Under way: 2 of 3 leads (66 %) done." in read(response)
    html = response.content.decode()
    assert '<progress max="3" value="2"' in html
    assert 'data-refresh="2"' in html
    assert "No worker" not in html
    assert response.context["counts"] == [("Rose", "0"), ("Fell", "0"), ("Became unknown", "2"), ("Stayed", "0")]

    assert not rejudge_batch(rejudging.pk, now, at_most=2)
    response = at_work.get(at_work.page(rejudging))
    assert "Done: 3 leads." in read(response)
    assert "data-refresh" not in response.content.decode()
    assert response.context["counts"] == [("Rose", "0"), ("Fell", "0"), ("Became unknown", "2"), ("Stayed", "1")]


def test_one_that_failed_says_why_and_can_be_tried_again(at_work, rejudging):
    Rejudging.objects.filter(pk=rejudging.pk).update(status=WorkStatus.FAILED, problem="RuntimeError: no", judged=1)
    said = read(at_work.get(at_work.page(rejudging)))
    assert "It failed with 1 of 3 leads (33 %) done. RuntimeError: no" in said
    assert "Try again" in said
    assert "It failed with 1 of 3 leads" in read(at_work.get(HOME))
    response = at_work.act(rejudging, "retry")
    assert (response.headers["Location"], told(response)) == (
        at_work.page(rejudging),
        ["It goes on where it stood."],
    )
    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.problem, rejudging.judged) == ("waiting", "", 1)


def test_only_one_that_failed_can_be_tried_again_and_only_by_a_button(at_work, rejudging):
    before = dump()
    assert "Try again" not in read(at_work.get(at_work.page(rejudging)))
    assert told(at_work.act(rejudging, "retry")) == ["This pass has not failed: it is waiting."]
    assert at_work.get(at_work.page(rejudging, "retry")).headers["Location"] == at_work.page(rejudging)
    assert dump() == before


def test_home_tells_of_a_pass_while_it_is_under_way(at_work, rejudging, now):
    response = at_work.get(HOME)
    assert f'href="{at_work.page(rejudging)}"' in response.content.decode()
    assert "Leads judged anew after ours schema 2 was published Waiting to begin with 3 leads." in read(response)
    assert not rejudge_batch(rejudging.pk, now)
    assert "judged anew" not in read(at_work.get(HOME)).replace("Judged anew", "")


# --- Flags ---------------------------------------------------------------------------------------


def flag_of(lead: Lead, **given) -> Flag:
    parts = {"from_level": "sql", "to_level": "mql", "reason": f"{lead} fell.", "raised_at": timezone.now()}
    return Flag.objects.create(
        business_id=lead.business_id, lead=lead, kind=FlagKind.LEVEL_LOWERED, **{**parts, **given}
    )


@pytest.fixture
def flags(ours, leads, manager, rep) -> list[Flag]:
    """Mine, one of a colleague's and nobody's; the first flag of the business is of its closed lead."""
    Lead.objects.filter(pk=leads[0].pk).update(owner=manager.membership)
    Lead.objects.filter(pk=leads[1].pk).update(owner=rep.membership)
    return [flag_of(lead) for lead in leads]


def rows(response) -> list[str]:
    return [flag.lead.title for flag in response.context["cl"].result_list]


def test_open_flags_come_first_and_what_was_seen_to_follows(at_work, flags):
    flags[2].cleared_at = timezone.now()
    flags[2].save()
    assert rows(at_work.get(FLAGS)) == ["Late reports", "Orders by hand", "ours lead", "Somebody asked"]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"whose": "mine"}, ["Orders by hand", "ours lead"]),
        ({"whose": "nobody"}, ["Somebody asked"]),
        ({"state": "open", "whose": "mine"}, ["Orders by hand"]),
        ({"state": "seen"}, ["ours lead"]),
        ({"q": "Late reports fell"}, ["Late reports"]),
        ({"state": "nonsense", "whose": "x"}, ["Somebody asked", "Late reports", "Orders by hand", "ours lead"]),
    ],
)
def test_flags_are_filtered(at_work, ours, flags, asked, titles):
    Flag.objects.filter(lead=ours.lead).update(cleared_at=timezone.now())
    assert rows(at_work.get(FLAGS, **asked)) == titles


def test_the_list_of_flags_costs_the_same_whatever_its_length(at_work, flags, manager, make_lead):
    at_work.get(FLAGS)
    costs = []
    for more in (1, 9, 30):
        for number in range(more):
            flag_of(make_lead(manager, f"Customer {more} {number}", owner_id=manager.membership.pk))
        with CaptureQueriesContext(connection) as counted:
            assert at_work.get(FLAGS).status_code == 200
        costs.append(len(counted))
    assert costs == [costs[0]] * 3


def test_home_counts_open_flags_and_leads_to_them(at_work, flags):
    response = at_work.get(HOME)
    assert "To see to 4 Open flags" in read(response)
    assert f'href="{FLAGS}?state=open"' in response.content.decode()
    Flag.objects.update(cleared_at=timezone.now())
    assert "To see to" not in read(at_work.get(HOME))


def test_the_page_of_a_lead_begins_with_its_open_flags(at_work, flags, leads):
    said = read(at_work.get(at_work.page(leads[0])))
    assert "Level lowered" in said
    assert "Orders by hand fell." in said
    assert said.index("Orders by hand fell.") < said.index("Level in force")
    assert "Late reports fell." not in said


def test_a_flag_is_seen_to_with_what_was_done(at_work, flags, leads, manager):
    response = at_work.act(flags[0], "clear", note=" Called them. ")
    assert (response.headers["Location"], told(response)) == (
        at_work.page(leads[0]),
        ["“Orders by hand” is seen to."],
    )
    flags[0].refresh_from_db()
    assert (flags[0].note, flags[0].cleared_by) == ("Called them.", manager.membership)
    assert flags[0].cleared_at is not None
    assert "Orders by hand fell." not in read(at_work.get(at_work.page(leads[0])))
    said = read(at_work.get(at_work.page(flags[0])))
    assert "What was done Called them." in said
    assert "What was done May be empty." not in said


def test_a_flag_that_somebody_saw_to_already_stays_as_it_is(at_work, flags):
    at_work.act(flags[0], "clear", note="First")
    before = dump()
    assert told(at_work.act(flags[0], "clear", note="Second")) == ["Somebody saw to it already."]
    assert dump() == before


@pytest.mark.parametrize("note", ["x" * 2_001, "a\0b"])
def test_a_note_that_cannot_be_kept_clears_nothing(at_work, flags, note):
    before = dump()
    response = at_work.act(flags[0], "clear", note=note)
    assert told(response) == ["Write what was done in at most 2,000 plain characters."]
    assert dump() == before


def test_a_flag_is_not_cleared_by_following_a_link(at_work, flags):
    assert at_work.get(at_work.page(flags[0], "clear")).headers["Location"] == at_work.page(flags[0])
    flags[0].refresh_from_db()
    assert flags[0].cleared_at is None


# --- Overrides -----------------------------------------------------------------------------------


@pytest.fixture
def overridden(leads, manager) -> Lead:
    """An MQL that counts as SQL until a day in 2199."""
    return services.override_level(
        lead_id=leads[0].pk,
        level=Level.SQL,
        reason="They called us",
        expires_at=timezone.make_aware(timezone.datetime(2199, 3, 5, 12)),
        expected_revision=1,
        by=manager,
        now=timezone.now(),
    )


SAID = "SQL computed MQL, override until 5 Mar 2199"


def test_the_list_shows_the_level_in_force_and_the_computed_one_beside_it(at_work, overridden):
    said = read(at_work.get("/admin/leads/lead/"))
    assert SAID in said
    assert said.count("computed") == 1
    assert "30 (20 … 65)" in said


def test_the_page_of_a_lead_and_that_of_its_organization_show_it_too(at_work, overridden):
    said = read(at_work.get(at_work.page(overridden)))
    assert f"Level in force {SAID}" in said
    assert "Computed level MQL" in said
    assert "In force" in said
    assert SAID in read(at_work.get(at_work.page(overridden.organization)))


def test_the_list_of_overrides_tells_which_count(at_work, overridden, manager):
    override = LevelOverride.objects.get(lead=overridden)
    page = at_work.page(LevelOverride, "changelist")
    assert "They called us" in read(at_work.get(page))
    assert "Counts In force Computed level now MQL" in read(at_work.get(at_work.page(override)))
    services.end_override(lead_id=overridden.pk, expected_revision=2, by=manager, now=timezone.now())
    said = read(at_work.get(at_work.page(override)))
    today = timezone.localtime(timezone=manager.business.zone).strftime("%-d %b %Y")
    assert f"Counts Ended {today} manager Computed level now MQL" in said


def test_an_override_is_ended_on_the_page_of_the_lead(at_work, overridden, manager):
    assert "The computed level, MQL as last judged, counts from now on, not from 5 Mar 2199." in read(
        at_work.get(at_work.page(overridden))
    )
    response = at_work.act(overridden, "end_override", revision=2)
    assert (response.headers["Location"], told(response)) == (
        at_work.page(overridden),
        ["The override is over. MQL counts, as computed."],
    )
    lead = Lead.objects.get(pk=overridden.pk)
    assert (lead.level_in_force(timezone.now()), lead.revision) == ("mql", 3)
    assert "End the override now" not in read(at_work.get(at_work.page(overridden)))


def test_without_an_override_there_is_nothing_to_end(at_work, leads):
    before = dump()
    assert "End the override now" not in read(at_work.get(at_work.page(leads[1])))
    response = at_work.act(leads[1], "end_override", revision=1)
    assert "The computed level counts already: no override is in force." in read(response)
    assert dump() == before


def test_an_override_of_another_business_is_answered_like_one_that_is_not_there(at_work, theirs, ours):
    before = dump()
    for pk in (theirs.lead.pk, 987_654):
        response = at_work.post(reverse("admin:leads_lead_end_override", args=[pk]), {"revision": "1"})
        assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    assert dump() == before


def test_somebody_who_is_no_manager_sees_none_of_it(desk, join, business, rejudging, flags):
    somebody = desk(join(business, Role.INSIDE_SALES))
    for address in (FLAGS, somebody.page(rejudging), somebody.page(flags[0], "clear")):
        assert somebody.post(address, note="x").headers["Location"].startswith("/admin/login/")
    assert not Flag.objects.filter(note="x").exists()


def test_home_lists_schemas_in_the_order_in_which_they_are_asked(at_work, business, document, publish):
    publish(business)
    publish(business, document(key="banks", name="Banks", applies_when='industry == "bank"'))

    said = read(at_work.get(HOME))

    assert said.index("Banks") < said.index("Standard")
