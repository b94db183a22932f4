"""Help with conditions: what is typed into a draft is checked by the engine, and said in English."""

import json
from html import unescape

import pytest

from assessments.models import TemplateVersion
from leads.models import Attribute
from tests.leads.admin.browser import Desk


def ask(desk: Desk, draft, text: str, kind: str = "condition"):
    return desk.post(desk.page(draft, "check"), text=text, kind=kind)


def test_a_condition_is_said_in_english_with_what_it_reads(at_work, ours):
    answer = ask(at_work, ours.draft, 'employees >= 200 and industry in ["saas", "bank"]').json()
    assert answer == {
        "ok": True,
        "message": "",
        "position": None,
        "length": 0,
        "suggestion": None,
        "replacement": None,
        "english": "ours Employees is at least 200 people and ours Industry is SaaS or Bank",
        "reads": ["employees", "industry"],
    }


def test_a_misspelt_name_is_told_with_what_to_write_instead(at_work, ours):
    answer = ask(at_work, ours.draft, "has_pain and emploees > 3").json()
    assert answer == {
        "ok": False,
        "message": "There is no `emploees`; did you mean `employees`?",
        "position": 13,
        "length": 8,
        "suggestion": "employees",
        "replacement": "employees",
        "english": "",
        "reads": [],
    }


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("employees", "condition", "The rule gives a number, but a yes or no is needed."),
        ("has_pain", "formula", "The rule gives a yes or no, but a number is needed."),
        ("x" * 2001, "condition", "A rule has at most 2000 characters; this one has 2001."),
        ("emploees: 3", "values", "Line 1: There is no attribute `emploees`; did you mean `employees`?"),
        ("x" * 20_001, "values", "That is too long: at most 20,000 characters."),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_engine(at_work, ours, text, kind, message):
    answer = ask(at_work, ours.draft, text, kind).json()
    assert (answer["ok"], answer["message"], answer["replacement"]) == (False, message, None)


def test_the_values_of_a_test_case_are_checked_too(at_work, ours):
    answer = ask(at_work, ours.draft, "employees: 3\nhas_pain: no", "values").json()
    assert (answer["ok"], answer["reads"]) == (True, ["employees", "has_pain"])


def test_names_of_another_business_are_not_known(at_work, ours, theirs):
    Attribute.objects.create(business=theirs.business, key="secret", label="Secret", type="number")
    assert ask(at_work, ours.draft, "secret > 3").json()["message"] == "There is no `secret`."


def test_only_drafts_of_ones_own_are_answered_for(at_work, ours, theirs):
    absent = at_work.page(ours.draft, "check").replace(str(ours.draft.pk), "987654")
    found = {at_work.post(absent, text="has_pain").content}
    for version in (theirs.draft, theirs.published, ours.published):
        response = ask(at_work, version, "has_pain")
        assert response.status_code == 404
        found.add(response.content)
    assert found == {b""}


def test_a_kind_of_rule_that_there_is_not_is_answered_like_an_absent_draft(at_work, ours):
    assert ask(at_work, ours.draft, "has_pain", "sql").status_code == 404


def test_asking_needs_a_token(at_work, ours):
    at_work.client.handler.enforce_csrf_checks = True
    assert ask(at_work, ours.draft, "has_pain").status_code == 403


def test_a_label_cannot_break_out_of_the_page(at_work, ours):
    bad = '"><script>alert(1)</script>'
    Attribute.objects.filter(business=ours.business, key="employees").update(label=bad)
    html = at_work.get(at_work.page(ours.draft)).content.decode()
    assert "<script>alert" not in html
    offered = json.loads(unescape(html.split('data-names="')[1].split('"')[0]))
    assert [name["label"] for name in offered if name["key"] == "employees"] == [bad]


def test_the_page_of_a_draft_brings_what_its_conditions_mean(at_work, ours):
    html = at_work.get(at_work.page(ours.draft)).content.decode()
    said = json.loads(unescape(html.split('data-said="')[1].split('"')[0]))
    assert (
        said["condition"]["days_until_decision <= 90"]["english"] == "Time until ours Decision date is at most 90 days"
    )


def test_a_template_tells_where_a_name_may_be_read(at_work, ours):
    draft = TemplateVersion.objects.get(business=ours.business, status="draft")
    answer = ask(at_work, draft, "problem_cost > 3", "show_when").json()
    assert answer["message"] == (
        "`problem_cost` is known only once everything is asked; only verdict and risks read it."
    )
    assert (
        ask(at_work, draft, "problem_cost > 3").json()["english"] == "What the problem costs in a year is more than 3"
    )
