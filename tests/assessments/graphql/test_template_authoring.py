"""Managers publish, retire, copy and compare templates over the API, as they do in the admin."""

from dataclasses import replace

import pytest

from assessments import services
from assessments.models import TemplateVersion
from leads.global_ids import global_id
from leads.models import Role
from leads.tenancy import Viewer
from tests.assessments.samples import small_template

pytestmark = pytest.mark.django_db

INFO = "... on OperationInfo { messages { kind code field message } }"
WRITES = ("publishTemplate", "retireTemplate", "copyTemplate")


@pytest.fixture
def ask(frontend, manager: Viewer):
    return frontend(manager)


@pytest.fixture
def draft(manager) -> TemplateVersion:
    return services.template_from_document(document=small_template(), by=manager)


def do(ask, name: str, version: TemplateVersion):
    query = f"mutation($version: ID!) {{ {name}(version: $version) {{ ... on TemplateVersion {{ id number status }} {INFO} }} }}"
    return ask(query, version=global_id("TemplateVersion", version.pk))["data"][name]


def test_a_template_is_published_copied_and_retired(ask, draft):
    published = do(ask, "publishTemplate", draft)
    copied = do(ask, "copyTemplate", draft)
    retired = do(ask, "retireTemplate", draft)

    own = global_id("TemplateVersion", draft.pk)
    assert published == {"id": own, "number": 1, "status": "PUBLISHED"}
    assert (copied["number"], copied["status"]) == (2, "DRAFT")
    assert retired == {"id": own, "number": 1, "status": "RETIRED"}
    assert list(TemplateVersion.objects.order_by("number").values_list("status", flat=True)) == ["retired", "draft"]


def test_a_refused_draft_names_the_path_of_every_problem(ask, draft):
    draft.verdict_conditions.filter(answer="will_act").delete()
    draft.formulas.update(rule="hours * hourli")
    before = list(TemplateVersion.objects.values())

    messages = do(ask, "publishTemplate", draft)["messages"]

    assert {message["code"] for message in messages} == {"document_refused"}
    assert {message["field"] for message in messages} >= {"verdict.will_act", "formulas[0].rule"}
    assert list(TemplateVersion.objects.values()) == before


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_only_managers_author(frontend, join, business, draft, role):
    say = frontend(join(business, role, f"{role.value}.two@acme.example"))
    before = list(TemplateVersion.objects.values())

    for name in WRITES:
        [message] = do(say, name, draft)["messages"]
        assert (message["kind"], message["code"]) == ("PERMISSION", "not_allowed")
    own = global_id("TemplateVersion", draft.pk)
    [error] = say("query($v: ID!) { templateDifference(before: $v, after: $v) { changes { label } } }", v=own)["errors"]

    assert error["extensions"]["code"] == "not_allowed"
    assert list(TemplateVersion.objects.values()) == before


def test_two_versions_are_compared_in_words(ask, draft, manager, now):
    services.publish_template(version_id=draft.pk, by=manager, now=now)
    document = small_template()
    later = services.template_from_document(document=replace(document, nurture_days=30), by=manager)

    query = """query($a: ID!, $b: ID!) { templateDifference(before: $a, after: $b) {
      changes { kind subject details { what before after } } } }"""
    body = ask(query, a=global_id("TemplateVersion", draft.pk), b=global_id("TemplateVersion", later.pk))

    [change] = body["data"]["templateDifference"]["changes"]
    [detail] = change["details"]
    assert (change["kind"], change["subject"]) == ("CHANGED", "template")
    assert (detail["before"], detail["after"]) == ("90 days", "30 days")
