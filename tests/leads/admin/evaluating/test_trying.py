"""Trying a version before it counts: on all open leads, on a sample, on one lead. Nothing is written."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from leads.models import Lead, QualificationCase, QualificationSchema, QualificationVersion
from leads.services.drafting import results_of
from tests.leads.admin.browser import read, told
from tests.leads.graphql.state import dump

LARGE = {"has_pain": True, "employees": Decimal(250)}


@pytest.fixture
def draft(ours) -> QualificationVersion:
    """A draft that asks for 35 points for MQL, where 20 are enough now."""
    ours.draft.mql_score = Decimal(35)
    ours.draft.save()
    return ours.draft


@pytest.fixture
def leads(draft, manager, make_lead) -> dict[str, Lead]:
    """An SQL, an MQL of which the size is not known, and one of which nothing is; the business's first is closed."""
    owner = manager.membership.pk
    return {
        "large": make_lead(manager, "Large Ltd", title="Orders by hand", values=LARGE, owner_id=owner),
        "open": make_lead(manager, "Open Ltd", title="Late reports", values={"has_pain": True}),
        "blank": make_lead(manager, "Blank Ltd", title="Somebody asked"),
    }


def listed(response) -> list[str]:
    """Return the titles of the leads in a page's list."""
    return [strip_tags(str(row[0].main)) for row in response.context["list"].rows]


# --- All open leads ------------------------------------------------------------------------------


def test_the_preview_counts_who_would_move_and_why_and_writes_nothing(at_work, draft, leads):
    before = dump()
    response = at_work.get(at_work.page(draft, "preview"))
    assert dump() == before
    said = read(response)
    assert "What would change with ours schema 2" in said
    assert "All 3 open leads, judged as of" in said
    assert "by what is saved in this draft. Nothing is written." in said
    assert [(name, count) for name, _, count, _, _ in response.context["tiles"]] == [
        ("Rise", "0"),
        ("Fall", "0"),
        ("Become unknown", "1"),
        ("Stay", "2"),
    ]
    assert listed(response) == ["Late reports"]
    assert "MQL: Score of at least 35" in said


def test_the_preview_says_from_which_level_to_which_and_whose_the_leads_are(at_work, draft, leads):
    levels, owners, reasons = at_work.get(at_work.page(draft, "preview")).context["tables"]
    cells = [[getattr(cell, "text", None) or getattr(cell, "main", cell) for cell in row] for row in levels.rows]
    assert cells == [["NONE", "1", "–", "–"], ["MQL", "1", "–", "–"], ["SQL", "–", "–", "1"]]
    assert [[strip_tags(str(cell)) for cell in row] for row in owners.rows] == [
        ["Nobody", "–", "–", "1", "1"],
        ["manager (Manager)", "–", "–", "–", "1"],
    ]
    [(moves, reason, count)] = reasons.rows
    assert (moves.text, reason, strip_tags(count)) == ("Become unknown", "MQL: Score of at least 35", "1")


@pytest.mark.parametrize(
    ("asked", "titles", "chips"),
    [
        ({}, ["Late reports"], []),
        ({"movement": "stays"}, ["Orders by hand", "Somebody asked"], ["Stay"]),
        ({"movement": "stays", "owner": "none"}, ["Somebody asked"], ["Stay", "Owner: Nobody"]),
        ({"movement": "falls"}, [], ["Fall"]),
        ({"reason": "MQL: Score of at least 35"}, ["Late reports"], ["Reason: MQL: Score of at least 35"]),
        ({"reason": "MQL: Score of at least 99"}, [], ["Reason: MQL: Score of at least 99"]),
        ({"movement": "nonsense", "owner": "-1", "after": "x"}, ["Late reports"], []),
    ],
)
def test_the_leads_of_a_preview_are_filtered(at_work, draft, leads, asked, titles, chips):
    response = at_work.get(at_work.page(draft, "preview"), **asked)
    assert listed(response) == titles
    assert [said for said, _ in response.context["filters"]] == chips


def test_the_leads_of_a_preview_come_in_pages_of_which_only_the_first_counts_all(at_work, draft, manager, make_lead):
    for number in range(51):
        make_lead(manager, f"Customer {number}", title=f"Lead {number:02}")
    first = at_work.get(at_work.page(draft, "preview"), movement="stays")
    assert listed(first) == [f"Lead {number:02}" for number in range(50)]
    assert "All 51 open leads" in read(first)
    second = at_work.client.get(first.context["next_page"])
    assert listed(second) == ["Lead 50"]
    assert "tiles" not in second.context
    assert "tables" not in second.context
    assert second.context["first_page"] == f"{at_work.page(draft, 'preview')}?movement=stays"
    assert "next_page" not in second.context


def test_a_preview_costs_the_same_whatever_the_number_of_leads(at_work, draft, manager, make_lead):
    at_work.get(at_work.page(draft, "preview"))
    costs = []
    for more in (1, 9, 30):
        for number in range(more):
            make_lead(manager, f"Customer {more} {number}", values={"has_pain": True})
        with CaptureQueriesContext(connection) as counted:
            response = at_work.get(at_work.page(draft, "preview"))
        assert response.status_code == 200
        costs.append(len(counted))
    assert costs == [costs[0]] * 3


def test_without_open_leads_nothing_would_change(at_work, draft):
    response = at_work.get(at_work.page(draft, "preview"))
    assert "There is no open lead, so nothing would change. Nothing is written." in read(response)
    assert (response.context["tiles"], response.context["tables"]) == ([], [])


@pytest.mark.parametrize("page", ["preview", "sample"])
def test_a_draft_that_makes_no_sense_is_told_what_is_wrong_with_it(at_work, draft, leads, page):
    draft.criteria.all().delete()
    response = at_work.get(at_work.page(draft, page))
    assert response.status_code == 200
    said = read(response)
    assert "ours schema 2 cannot judge yet" in said
    assert "Criteria: needs at least one criterion" in said
    assert f'href="{at_work.page(draft)}"' in response.content.decode()
    assert "list" not in response.context


def test_a_published_version_can_be_previewed_too(at_work, ours, leads):
    response = at_work.get(at_work.page(ours.published, "preview"))
    assert "by what is in this version. Nothing is written." in read(response)
    assert listed(response) == []


def test_the_page_of_a_version_leads_to_its_preview(at_work, ours):
    for version in (ours.draft, ours.published):
        html = at_work.get(at_work.page(version)).content.decode()
        assert f'href="{at_work.page(version, "preview")}"' in html
        assert f'href="{at_work.page(version, "trial")}"' in html


def test_trying_is_no_act_that_a_form_can_ask_for(at_work, draft):
    for page in ("preview", "sample", "trial"):
        assert at_work.post(at_work.page(draft, page)).status_code == 403


def test_a_sample_shows_leads_as_they_would_be(at_work, draft, leads):
    before = dump()
    response = at_work.get(at_work.page(draft, "sample"))
    assert dump() == before
    assert listed(response) == ["Orders by hand", "Late reports", "Somebody asked"]
    now, then, score = response.context["list"].rows[1][2:5]
    assert (now.text, then.main.text, then.more, score) == ("MQL", "NONE", ("may become SQL",), "30")


# --- One lead ------------------------------------------------------------------------------------


def test_a_lead_is_chosen_by_words(at_work, draft, leads, theirs):
    found = at_work.get(at_work.page(draft, "trial"), q="open").context["choices"]
    assert [strip_tags(str(row[0])) for row in found.rows] == ["Late reports"]
    newest = at_work.get(at_work.page(draft, "trial")).context["choices"]
    assert [strip_tags(str(row[0])) for row in newest.rows] == [
        "Somebody asked",
        "Late reports",
        "Orders by hand",
        "ours lead",
    ]
    nothing = at_work.get(at_work.page(draft, "trial"), q="zebra")
    assert "No lead has this in its title, its reference or its organization's name." in read(nothing)
    assert at_work.get(at_work.page(draft, "trial"), q="\0").context["choices"].rows == []


def test_a_trial_shows_now_and_then_and_marks_what_differs(at_work, draft, leads):
    draft.criteria.filter(key="timeframe").delete()
    before = dump()
    response = at_work.get(at_work.page(draft, "trial"), lead=leads["open"].pk)
    assert dump() == before
    figures, criteria, levels = response.context["comparisons"]
    assert [(row.cells[0], row.differs) for row in figures.rows] == [
        ("Judged by", ""),
        ("Level", "Changed"),
        ("May become", ""),
        ("Score", "Changed"),
    ]
    assert [cell.text for cell in figures.rows[1].cells[1:]] == ["MQL", "NONE"]
    assert figures.rows[3].cells[2].more == ("may become 20 … 50",)
    assert [(row.cells[0].main, row.differs) for row in criteria.rows] == [
        ("ours Pain", ""),
        ("ours Fit", ""),
        ("ours Timeframe", "Gone"),
    ]
    assert [(row.cells[0], row.cells[1], row.differs) for row in levels.rows] == [
        ("MQL", "Score of at least 35", "New"),
        ("MQL", "Score of at least 20", "Gone"),
        ("SQL", "Score of at least 50", ""),
        ("SQL", "ours Pain must be met", ""),
        ("SQL", "ours Fit must be met", ""),
    ]
    assert response.content.decode().count('class="sp-differs"') == 5
    assert "ours How many people work there?" in read(response)


def test_a_closed_lead_can_be_tried_too(at_work, draft, ours):
    response = at_work.get(at_work.page(draft, "trial"), lead=ours.lead.pk)
    assert "ours lead by ours schema 2" in read(response)
    assert "Keep as a test case" in read(response)


def test_an_override_is_told_beside_what_is_computed(at_work, draft, leads):
    lead = leads["open"]
    at_work.act(lead, "override", level="sql", reason="Called us", until="2199-01-01", revision=1)
    said = read(at_work.get(at_work.page(draft, "trial"), lead=lead.pk))
    assert "Whatever is computed, SQL counts by an override until 2 Jan 2199, 00:00." in said


def test_a_lead_that_another_schema_judges_says_so_and_is_no_test_case(at_work, draft, ours, leads):
    other = QualificationSchema.objects.create(business=ours.business, key="small", name="Small ones", position=9)
    version = QualificationVersion.objects.create(
        business=ours.business, schema=other, number=1, mql_score=1, sql_score=2
    )
    criterion = version.criteria.create(
        business=ours.business, key="size", axis="fit", label="Size", question="How many?"
    )
    criterion.bands.create(business=ours.business, when="employees >= 1", points=5)
    before = dump()
    response = at_work.get(at_work.page(version, "trial"), lead=leads["open"].pk)
    assert "Small ones 1 would not judge this lead: ours schema comes before it and applies." in read(response)
    assert "Keep as a test case" not in read(response)
    kept = at_work.act(version, "keep", lead=leads["open"].pk)
    assert told(kept) == ["Small ones 1 would not judge this lead, so the lead is no test of it. Choose another lead."]
    assert dump() == before


@pytest.mark.parametrize("lead", ["987654", "x", "-1", "9" * 30])
def test_a_lead_that_is_not_there_cannot_be_tried_or_kept(at_work, draft, lead):
    before = dump()
    tried = at_work.get(at_work.page(draft, "trial"), lead=lead)
    kept = at_work.act(draft, "keep", lead=lead)
    for response in (tried, kept):
        assert (response.status_code, response.headers["Location"]) == (302, at_work.page(draft, "trial"))
        assert told(response) == ["There is no such lead."]
    assert dump() == before


def test_a_lead_of_another_business_is_answered_like_one_that_is_not_there(at_work, draft, theirs):
    before = dump()
    assert told(at_work.get(at_work.page(draft, "trial"), lead=theirs.lead.pk)) == ["There is no such lead."]
    assert told(at_work.act(draft, "keep", lead=theirs.lead.pk)) == ["There is no such lead."]
    assert dump() == before


def test_a_lead_is_kept_as_a_test_case_of_the_draft(at_work, draft, leads):
    response = at_work.act(draft, "keep", lead=leads["large"].pk)
    assert response.headers["Location"] == f"{at_work.page(draft)}#test_cases-group"
    assert told(response) == ["“Orders by hand” is a test case now: it must come to SQL."]
    case = QualificationCase.objects.get(version=draft)
    assert (case.name, case.values, case.level) == ("Orders by hand", {"has_pain": True, "employees": "250"}, "sql")
    [result] = results_of(draft)
    assert result.problems == ()
    assert "Passes" in read(at_work.get(at_work.page(draft)))


def test_a_published_version_takes_no_test_case(at_work, ours, leads):
    before = dump()
    response = at_work.act(ours.published, "keep", lead=leads["large"].pk)
    assert told(response) == ["ours schema 1 is published already."]
    assert dump() == before


def test_a_test_case_is_not_kept_by_following_a_link(at_work, draft, leads):
    response = at_work.get(at_work.page(draft, "keep"), lead=leads["large"].pk)
    assert response.headers["Location"] == at_work.page(draft, "trial")
    assert not QualificationCase.objects.exists()
