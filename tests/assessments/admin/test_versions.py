"""A published version on its page: what it says, who uses it, and what differs from another."""

from dataclasses import replace
from decimal import Decimal

from assessments import services
from assessments.domain.template import Advice, Expected, FormulaBand, TestCase
from assessments.models import Disagreement, Finding, Formula, Question, TemplateVersion
from tests.leads.admin.browser import read


def changes(response):
    return [
        (heading, one.badge.text, one.change.label, [[cell for _, cell in row] for row in one.rows])
        for heading, shown in response.context["groups"]
        for one in shown
    ]


def test_a_version_says_who_uses_it_with_links_to_them(at_work, published, start, rep, manager):
    diagnosis = start(rep)
    draft = services.copy_template_to_draft(version_id=published.pk, by=manager)
    page = at_work.get(at_work.page(published))
    assert "Who uses this What How many Running diagnoses 1 Leads that were diagnosed with it 1" in read(page)
    link = f"{at_work.page(type(diagnosis), 'changelist')}?version={published.pk}&status__exact=running"
    assert link in page.content.decode().replace("&amp;", "&")
    assert at_work.page(draft) in page.content.decode()
    listed = at_work.get(at_work.page(type(diagnosis), "changelist"), version=published.pk, status__exact="running")
    assert list(listed.context["cl"].result_list) == [diagnosis]
    other = at_work.get(at_work.page(type(diagnosis), "changelist"), version=draft.pk)
    assert list(other.context["cl"].result_list) == []


def test_rules_are_read_in_english_and_test_cases_whole(at_work, publish_template, manager, template):
    document = template()
    case = TestCase("A case", (("hours", "20"),), (), Expected(advice=Advice.KEEP_DIAGNOSING))
    banded = replace(document.formulas[0], bands=(FormulaBand("serious", Decimal(20000)),))
    version = publish_template(
        manager.business, replace(document, test_cases=(case,), formulas=(banded,), propose_when="hours_lost > 5")
    )
    page = read(at_work.get(at_work.page(version)))
    assert 'kind == "mail" What sort of orders? is Mail' in page
    assert "From 20000: serious" in page
    assert "hours: 20" in page
    assert "Advice must be: keep diagnosing" in page
    assert "Proposed when hours_lost > 5" in page


def test_a_draft_is_compared_with_what_is_published(at_work, published, manager):
    draft = services.copy_template_to_draft(version_id=published.pk, by=manager)
    problem = draft.sections.get(dimension="problem")
    Question.objects.filter(section__version=draft, key="proven").update(section=problem, position=9)
    Formula.objects.filter(version=draft).update(rule="hours * hourly * 45")
    TemplateVersion.objects.filter(pk=draft.pk).update(price_likely=12000)

    response = at_work.get(at_work.page(draft, "compare"))

    assert response.context["title"] == "From Orders 1 to Orders 2"
    assert changes(response) == [
        ("What we offer", "Changed", "Automation", [["Price", "10000", "12000"]]),
        (
            "Questions",
            "Moved",
            "proven?",
            [["Place", "Cause, first", "Problem, after “What sort of orders?”"]],
        ),
        ("Formulas", "Changed", "Typing", [["Rule", "hours * hourly * 46", "hours * hourly * 45"]]),
    ]


def test_a_version_of_another_business_is_not_compared(at_work, published, publish_template, stranger):
    theirs = publish_template(stranger.business)
    response = at_work.get(at_work.page(published, "compare"), other=theirs.pk)
    assert response.context["groups"] == []


def test_a_copy_says_the_same(at_work, published, manager):
    draft = services.copy_template_to_draft(version_id=published.pk, by=manager)
    assert "They say the same." in read(at_work.get(at_work.page(draft, "compare")))


def test_a_diagnosis_shows_its_findings_and_other_opinions(at_work, start, rep, now):
    diagnosis = start(rep)
    common = {"business": diagnosis.business, "diagnosis": diagnosis, "author": rep.membership, "at": now}
    symptom = Finding.objects.create(kind="symptom", text="Orders come late", questions=["severity"], **common)
    Finding.objects.create(kind="cause", text="They are typed twice", parent=symptom, new_to_prospect="yes", **common)
    Finding.objects.create(kind="driver", text="Taken back", removed_at=now, **common)
    Disagreement.objects.create(about="will_act", found="unknown", says="yes", reason="They said so", **common)
    page = read(at_work.get(at_work.page(diagnosis)))
    assert "Orders come late Symptom Not known severity?" in page
    assert "↳ They are typed twice Cause New to them" in page
    assert "Taken back" not in page
    assert "Big enough for the prospect to act Not known yet Yes They said so" in page


def test_an_abandoned_diagnosis_says_why(at_work, start, rep, now):
    diagnosis = start(rep)
    type(diagnosis).objects.filter(pk=diagnosis.pk).update(
        status="abandoned", abandoned_at=now, abandoned_by=rep.membership, abandoned_because="They went elsewhere"
    )
    page = read(at_work.get(at_work.page(diagnosis)))
    assert "They went elsewhere" in page
