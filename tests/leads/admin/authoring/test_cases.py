"""Test cases of a draft, written as lines, and what they come to."""

import pytest

from leads.models import Attribute, QualificationCase
from tests.leads.admin.browser import told, typed_in


@pytest.fixture
def draft(ours):
    return ours.draft


def write(at_work, draft, *cases: dict[str, str]):
    """Send the draft's page with these cases after those that it has."""
    data = typed_in(at_work.get(at_work.page(draft)))
    begun = int(data["test_cases-TOTAL_FORMS"])
    data["test_cases-TOTAL_FORMS"] = str(begun + len(cases))
    for number, case in enumerate(cases, start=begun):
        data |= {f"test_cases-{number}-{name}": text for name, text in case.items()}
    return at_work.post(at_work.page(draft), data)


def case(given: str, level: str = "sql", **more: str) -> dict[str, str]:
    return {"name": "Large and in pain", "given": given, "level": level, **more}


def test_what_is_known_is_written_as_lines(at_work, draft):
    lines = "employees: 120\n\nhas_pain: Yes\nindustry: saas\ndecision: does not know"
    assert write(at_work, draft, case(lines, on="2026-03-02")).status_code == 302
    row = QualificationCase.objects.get(version=draft)
    assert row.values == {
        "employees": "120",
        "has_pain": True,
        "industry": "saas",
        "decision": {"unknown": "does_not_know"},
    }
    assert (row.business, row.position, f"{row.on}") == (draft.business, 1, "2026-03-02")
    html = at_work.get(at_work.page(draft)).content.decode()
    # In the order of the attributes, whatever the database makes of it.
    assert "has_pain: yes\nemployees: 120\ndecision: does not know\nindustry: saas" in html


def test_a_case_that_is_saved_as_it_is_stays_as_it_is(at_work, draft):
    write(at_work, draft, case("employees: 20 – 40 – 60\nhas_pain: yes"))
    before = QualificationCase.objects.values().get()
    assert before["values"]["employees"] == {"low": "20", "likely": "40", "high": "60"}
    write(at_work, draft)
    assert QualificationCase.objects.values().get() == before


def test_every_line_that_cannot_be_read_is_told_and_nothing_is_saved(at_work, draft):
    response = write(at_work, draft, case("emploees: 3\nhas_pain: yes\nhas_pain\nindustry: farm\nhas_pain: no"))
    assert response.status_code == 200
    formset = next(
        entry.formset for entry in response.context["inline_admin_formsets"] if "test_cases" in entry.formset.prefix
    )
    assert formset.forms[0].errors["given"] == [
        "Line 1: There is no attribute `emploees`; did you mean `employees`?",
        "Line 3: Write what `has_pain` is after a colon, such as `has_pain: does not know`.",
        "Line 4: `industry` has no choice 'farm'; choose from saas, bank.",
        "Line 5: `has_pain` is there twice; leave one out.",
    ]
    assert not QualificationCase.objects.exists()


def test_a_failing_case_keeps_the_draft_from_being_published(at_work, draft):
    write(at_work, draft, case("employees: 120\nhas_pain: yes"))
    html = at_work.get(at_work.page(draft)).content.decode()
    assert "Test case “Large and in pain”, level: is MQL, not SQL" in html
    assert "MQL with a score of 40 (40 … 55 possible), may become SQL. It fails: the level is MQL, not SQL." in html
    assert told(at_work.act(draft, "publish")) == ["Test case “Large and in pain”, level: is MQL, not SQL"]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_passing_case_says_so_and_is_frozen_with_the_draft(at_work, draft):
    write(at_work, draft, case("employees: 120\nhas_pain: yes", level="mql", possible_level="sql"))
    html = at_work.get(at_work.page(draft)).content.decode()
    assert "may become SQL. It passes." in html
    at_work.act(draft, "publish")
    draft.refresh_from_db()
    assert draft.status == "published"
    assert not QualificationCase.objects.filter(version=draft).exists()


def test_while_the_draft_cannot_judge_a_case_says_why_it_comes_to_nothing(at_work, draft):
    write(at_work, draft, case("employees: 120", level="none"))
    draft.criteria.get(key="fit").bands.update(when="emploees > 3")
    html = at_work.get(at_work.page(draft)).content.decode()
    assert "Nothing yet: the draft cannot judge until what is listed above is mended." in html


def test_a_case_whose_attribute_was_archived_names_it(at_work, draft, ours):
    write(at_work, draft, case("employees: 120\nindustry: bank", level="none"))
    Attribute.objects.filter(business=ours.business, key="industry").update(archived_at="2026-03-02T00:00Z")
    html = at_work.get(at_work.page(draft)).content.decode()
    assert "Test case “Large and in pain”, industry: there is no attribute `industry`" in html
