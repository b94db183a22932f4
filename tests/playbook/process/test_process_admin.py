"""How a manager writes the process in the admin, and what its pages say."""

import pytest
from django.urls import reverse

from leads.domain.stages import Stage
from leads.models import Lead
from playbook.models import ExitCriterion, Phase, PhaseMove, SalesProcess
from tests.leads.admin.browser import Desk, read, sign_in, told, typed_in


@pytest.fixture
def desk(manager) -> Desk:
    manager.membership.user.is_staff = True
    manager.membership.user.save()
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def with_criteria(phase, ask_for, business) -> Phase:
    ask_for(business, "diagnosis", "has_champion", name="Champion is known")
    ask_for(business, "diagnosis", "stakeholder_count > 1", "blocks", name="Several people")
    return phase("diagnosis")


def filled_in(desk, page) -> dict:
    """Return what a browser would send of a phase's page on which no attribute is chosen."""
    given = typed_in(desk.get(page))
    del given["shows"]
    return given


def errors(response) -> list[str]:
    """Return what a page marks as wrong."""
    form = response.context["adminform"].form
    found = [text for texts in form.errors.values() for text in texts]
    for entry in response.context["inline_admin_formsets"]:
        found += [text for each in entry.formset.errors for texts in each.values() for text in texts]
    return found


def test_the_list_tells_the_phases_in_their_order(desk, rep, make_lead, with_criteria):
    make_lead(rep)

    response = desk.get(desk.page(Phase, "changelist"))

    rows = [(row.key, row.asked, row.leads) for row in response.context["cl"].result_list]
    assert rows == [("discovery", 0, 1), ("diagnosis", 2, 0), ("advocacy", 0, 0), ("implementation", 0, 0)]


def test_a_phase_is_written_with_its_exit_criteria_in_order(desk, with_criteria, business, publish):
    publish(business)
    page = desk.page(with_criteria)
    given = filled_in(desk, page)
    rows = "exit_criteria"
    given |= {
        "name": "Diagnose",
        "shows": ["employees", "has_pain"],
        f"{rows}-0-position": "3",
        f"{rows}-1-DELETE": "on",
        f"{rows}-TOTAL_FORMS": "3",
        f"{rows}-2-name": "Verdict is there",
        f"{rows}-2-rule": "has_completed_diagnosis",
        f"{rows}-2-severity": "blocks",
        f"{rows}-2-position": "1",
    }

    response = desk.post(page, given)

    assert response.status_code == 302, errors(response)
    phase = Phase.objects.get(pk=with_criteria.pk)
    assert (phase.name, phase.shows, phase.process.revision) == ("Diagnose", ["employees", "has_pain"], 2)
    in_use = phase.exit_criteria.filter(archived_at__isnull=True)
    assert list(in_use.values_list("name", "severity")) == [
        ("Verdict is there", "blocks"),
        ("Champion is known", "warns"),
    ]
    assert ExitCriterion.objects.get(name="Several people").archived_at is not None
    saved = typed_in(desk.get(page))
    assert "Several people" not in saved.values()


def test_what_is_wrong_with_a_condition_stands_beside_it_and_nothing_is_saved(desk, with_criteria):
    page = desk.page(with_criteria)
    given = filled_in(desk, page) | {"name": "New", "exit_criteria-0-rule": "has_champoin"}

    response = desk.post(page, given)

    assert response.status_code == 200
    assert "`has_champoin`" in " ".join(errors(response))
    assert Phase.objects.get(pk=with_criteria.pk).name == "Diagnosis"


def test_a_phase_out_of_the_order_of_stages_is_refused_at_its_field(desk, phase):
    page = desk.page(phase("advocacy"))
    given = filled_in(desk, page)

    response = desk.post(page, given | {"begins_with": "sql"})
    assert "begin with the same stage" in " ".join(response.context["adminform"].form.errors["begins_with"])
    response = desk.post(page, given | {"begins_with": "mql"})
    assert "must come before it" in " ".join(response.context["adminform"].form.errors["begins_with"])
    assert SalesProcess.objects.get(business=phase("advocacy").business).revision == 1


def test_a_phase_is_added_moved_and_archived(desk, business, rep, make_lead, phase):
    lead = make_lead(rep)
    add = desk.page(Phase, "add")
    given = typed_in(desk.get(add))
    response = desk.post(add, given | {"name": "Research", "begins_with": "", "place": "1"})
    assert response.status_code == 302, errors(response)
    research = phase("research")
    assert [found.key for found in Phase.objects.filter(business=business)][:2] == ["discovery", "research"]

    page = desk.page(research)
    given = filled_in(desk, page)
    assert desk.post(page, given | {"place": "2"}).status_code == 302
    assert [found.key for found in Phase.objects.filter(business=business)][2] == "research"

    Lead.objects.filter(pk=lead.pk).update(stage=Stage.SQL, phase="research")
    given = filled_in(desk, page)
    assert desk.post(page, given | {"archived": "on"}).status_code == 302
    assert phase("research").archived_at is not None
    assert Lead.objects.get().phase == "diagnosis"


def test_somebody_who_read_an_older_process_is_told(desk, phase):
    page = desk.page(phase("diagnosis"))
    given = filled_in(desk, page)
    SalesProcess.objects.update(revision=7)

    response = desk.post(page, given | {"name": "Mine"})

    assert "Somebody changed the process meanwhile" in " ".join(errors(response))
    assert phase("diagnosis").name == "Diagnosis"


def test_the_process_is_named_and_outreach_limited(desk, business):
    process = SalesProcess.objects.get(business=business)
    page = desk.page(process)
    given = typed_in(desk.get(page)) | {"name": "Ours", "outreach_at_most": "1"}

    assert desk.post(page, given).status_code == 302
    process.refresh_from_db()
    assert (process.name, process.outreach_at_most, process.revision) == ("Ours", 1, 2)
    response = desk.post(page, typed_in(desk.get(page)) | {"outreach_days": "999"})
    assert "Give a number from 1 to 365." in errors(response)


def test_a_condition_is_said_in_english_while_it_is_typed(desk, business):
    address = reverse("admin:playbook_phase_check")

    answer = desk.post(address, text="has_champion and stakeholder_count > 2", kind="condition").json()
    assert answer["ok"]
    assert "A champion is known" in answer["english"]
    assert not desk.post(address, text="has_champ", kind="condition").json()["ok"]
    assert "has_champion" in read(desk.get(desk.page(Phase, "add")))


# --- On a lead's page ----------------------------------------------------------------------------


def test_a_lead_tells_its_phase_and_is_moved_on(desk, business, rep, make_lead, ask_for, phase):
    lead = make_lead(rep)
    add = desk.page(Phase, "add")
    desk.post(add, typed_in(desk.get(add)) | {"name": "Research", "begins_with": "", "place": "1"})
    ask_for(business, "discovery", "has_champion", name="Champion is known")

    said = read(desk.get(desk.page(lead)))
    assert "Phase: Discovery since" in said
    assert "Champion is known Does not hold Say why nevertheless" in said
    assert "Find out whether they have a problem that we solve." in said

    refused = desk.act(lead, "move_phase", to="research", revision=lead.revision)
    assert refused.status_code == 200
    assert "To go on nevertheless, say why" in read(refused)
    moved = desk.act(lead, "move_phase", to="research", revision=lead.revision, exit_override="They insist")
    assert told(moved) == ["Moved to Research."]

    [move] = PhaseMove.objects.all()
    assert (move.to_phase, move.override_reason, move.door) == ("research", "They insist", "admin")
    page = read(desk.get(desk.page(move)))
    assert "Champion is known Not so" in page
    assert "They insist" in page


def test_where_there_is_no_other_phase_to_go_to_no_form_is_offered(desk, rep, make_lead):
    assert "Move to another phase" not in read(desk.get(desk.page(make_lead(rep))))
