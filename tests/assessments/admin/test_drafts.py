"""Writing a draft of a template on its page, without a word of JSON."""

import re
from decimal import Decimal

import pytest

from assessments import services
from assessments.models import AssessmentTemplate, Formula, Option, Question, TemplateVersion, TestCase
from assessments.services.rows import document_of_rows
from leads.models import Attribute
from tests.leads.admin.browser import read, told, typed_in


def name_of(data, ending, value):
    """Return the name of the field that ends so and has this value."""
    return next(name for name, given in data.items() if name.endswith(ending) and given == value)


def row_of(data, key):
    """Return what the names of a question's fields begin with."""
    return name_of(data, "-key", key).removesuffix("key")


@pytest.fixture
def typed(at_work, draft):
    return typed_in(at_work.get(at_work.page(draft)))


def test_a_draft_that_is_saved_as_it_is_stays_as_it_is(at_work, draft, typed):
    before = document_of_rows(draft)
    response = at_work.post(at_work.page(draft), typed)
    assert response.status_code == 302
    assert document_of_rows(TemplateVersion.objects.get(pk=draft.pk)) == before


def test_options_are_written_one_a_line(at_work, draft, typed):
    name = next(name for name, value in typed.items() if name.endswith("-options") and value)
    typed[name] = "mail: By mail = 2.5\nfax"
    assert at_work.post(at_work.page(draft), typed).status_code == 302
    options = Option.objects.filter(question__key="kind")
    assert [(row.code, row.label, row.points, row.business_id) for row in options] == [
        ("mail", "By mail", Decimal("2.5"), draft.business_id),
        ("fax", "fax", Decimal(0), draft.business_id),
    ]


def test_what_another_type_had_is_forgotten_when_the_type_is_changed(at_work, draft, typed):
    typed[f"{row_of(typed, 'kind')}type"] = "yes_no"
    typed[f"{row_of(typed, 'kind')}points_yes"] = "3"
    typed[f"{row_of(typed, 'kind')}points_no"] = "0"
    typed[f"{row_of(typed, 'severity')}type"] = "text"
    assert at_work.post(at_work.page(draft), typed).status_code == 302
    kind, severity = Question.objects.get(key="kind"), Question.objects.get(key="severity")
    assert (kind.options.count(), kind.points_yes, kind.points_no) == (0, 3, 0)
    assert (severity.scored, severity.minimum, severity.maximum) == (False, None, None)


def test_a_new_question_gets_a_key_that_no_other_part_has(at_work, draft, typed):
    prefix = row_of(typed, "severity").rsplit("-", 2)[0]
    total = int(typed[f"{prefix}-TOTAL_FORMS"])
    typed[f"{prefix}-TOTAL_FORMS"] = str(total + 1)
    typed |= {f"{prefix}-{total}-text": "Hours lost", f"{prefix}-{total}-type": "number"}
    assert at_work.post(at_work.page(draft), typed).status_code == 302
    question = Question.objects.get(text="Hours lost")
    assert (question.key, question.section.dimension, question.position) == ("hours_lost_2", "problem", 2)


def test_evidence_is_chosen_among_the_attributes_of_the_business(at_work, draft, typed, stranger):
    Attribute.objects.create(business=stranger.business, key="zebras", label="Zebras", type="number")
    page = at_work.get(at_work.page(draft)).content.decode()
    assert re.search(r'<option value="hours_lost"[^>]*data-type="number"[^>]*>\s*Hours lost\s*</option>', page)
    assert "zebras" not in page
    before = document_of_rows(draft)
    for key, said in (
        ("zebras", "There is no such attribute to answer. Choose one of these."),
        ("hours_lost", "“Hours lost” is of type number, which this question does not answer."),
    ):
        typed[f"{row_of(typed, 'sponsor')}attribute"] = key
        response = at_work.post(at_work.page(draft), typed)
        assert response.status_code == 200
        assert said in read(response)
    assert document_of_rows(TemplateVersion.objects.get(pk=draft.pk)) == before


def test_a_folded_question_says_its_type_points_and_when_it_is_asked(at_work, draft):
    page = read(at_work.get(at_work.page(draft)))
    assert "severity? Scale 0 … 10 points Required" in page
    assert "What sort of orders? Single choice, 2 options 0 … 2 points" in page
    assert "Which mailbox? Text asked if What sort of orders? is Mail" in page
    assert "How many hours a week? Number evidence for Hours lost Required" in page


def test_bands_are_written_one_a_line_and_kept_in_rising_order(at_work, draft, typed):
    typed["formulas-0-bands"] = "20000: serious\n1000: noticeable"
    assert at_work.post(at_work.page(draft), typed).status_code == 302
    assert Formula.objects.get(version=draft).bands == [
        {"label": "noticeable", "from": "1000"},
        {"label": "serious", "from": "20000"},
    ]


@pytest.mark.parametrize("lines", ["serious", "x: serious", "5:", "5: a\n5: b", "1e5: a", "5: " + "a" * 201])
def test_bands_that_make_no_sense_are_refused_beside_their_field(at_work, draft, typed, lines):
    typed["formulas-0-bands"] = lines
    response = at_work.post(at_work.page(draft), typed)
    assert response.status_code == 200
    assert response.context["inline_admin_formsets"][1].formset.forms[0].errors.keys() == {"bands"}
    assert Formula.objects.get(version=draft).bands == []


def test_the_parts_of_the_page_say_how_much_is_in_them_and_what_is_wrong(at_work, draft, typed):
    typed[f"{row_of(typed, 'which_mail')}while_hidden"] = "x" * 3000
    typed["act_from"] = "much"
    parts = {part.title: (part.count, part.wrong) for part in at_work.post(at_work.page(draft), typed).context["parts"]}
    assert parts == {
        "Start": (None, 0),
        "Problem": (2, 0),
        "Cause": (2, 1),
        "Cost": (3, 0),
        "Urgency": (1, 0),
        "Fit": (2, 0),
        "Formulas": (1, 0),
        "Verdict": (7, 1),
        "Stall risks": (1, 0),
        "Test cases": (0, 0),
    }


# --- Problems ------------------------------------------------------------------------------------


@pytest.fixture
def broken(ready):
    Question.objects.filter(key="which_mail").update(show_when="kin == 1")
    ready.stall_risks.update(rule="not sponsors")
    return ready


def test_each_problem_leads_to_the_field_in_which_it_is_mended(at_work, broken):
    page = at_work.get(at_work.page(broken))
    question, risk = Question.objects.get(key="which_mail"), broken.stall_risks.get()
    links = re.findall(r'<a href="([^"]+)" data-field="([^"]+)">([^<]+)</a>', page.content.decode())
    assert links == [
        (f"{at_work.page(broken)}#question-{question.pk}", "show_when", "Question “Which mailbox?”, show when"),
        (f"{at_work.page(broken)}#stallrisk-{risk.pk}", "rule", "Stall risk “No sponsor”, there if"),
    ]
    for anchor in (f'id="question-{question.pk}"', f'id="stallrisk-{risk.pk}"'):
        assert page.content.decode().count(anchor) == 1
    assert "Correct the name; names are offered while you type." in read(page)


def test_a_refused_publish_stays_on_the_draft_and_publishes_nothing(at_work, broken):
    response = at_work.act(broken, "publish")
    broken.refresh_from_db()
    assert (broken.status, broken.document) == ("draft", "")
    assert response.headers["Location"] == at_work.page(broken)
    assert told(response) == [
        "Orders 1 is not published: 2 things must be mended first. Each line below leads to its place."
    ]


def test_an_empty_draft_says_what_is_missing_section_by_section(at_work, manager):
    template = AssessmentTemplate.objects.create(business=manager.business, key="new", name="New")
    draft = services.begin_template_draft(template_id=template.pk, by=manager)
    page = at_work.get(at_work.page(draft)).content.decode()
    assert page.count("Section “") == 5
    assert (
        f'{at_work.page(draft)}#part-problem" data-field="">Section “Problem”</a>: needs at least one question.' in page
    )
    assert "Add a question to this section." in page
    assert "Add a formula, or tick “Cost item” in one that is there." in page
    assert f'{at_work.page(draft)}#part-cases" data-field="test_cases">Test cases</a>: needs at least one' in page


def test_labels_cannot_write_into_the_problems(at_work, broken):
    broken.stall_risks.update(label="<script>alert(1)</script>")
    page = at_work.get(at_work.page(broken)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- Test cases ----------------------------------------------------------------------------------


@pytest.fixture
def case(draft):
    return TestCase.objects.create(
        business=draft.business,
        version=draft,
        name="Typing only",
        answers={
            "hours": {"low": "20", "likely": "25", "high": "30"},
            "hourly": "40",
            "sponsor": {"unknown": "does_not_know"},
        },
        expected={"advice": "keep_diagnosing", "cost": {"likely": "46000"}},
    )


def test_a_test_case_is_read_and_written_as_lines(at_work, draft, case):
    typed = typed_in(at_work.get(at_work.page(draft)))
    assert typed["test_cases-0-given"] == "hours: 20 – 25 – 30\nhourly: 40\nsponsor: does not know"
    assert (typed["test_cases-0-advice"], typed["test_cases-0-cost_likely"]) == ("keep_diagnosing", "46000")
    typed |= {
        "test_cases-0-given": "hours: 10\nkind: mail\nwhich_mail: orders@",
        "test_cases-0-known": "hours_lost: does not know",
        "test_cases-0-outlook": "unknown",
        "test_cases-0-cost_likely": "",
        "test_cases-0-cost_low": "0",
        "test_cases-0-cost_high": "open",
        "test_cases-0-figures": "typing: does not know",
    }
    assert at_work.post(at_work.page(draft), typed).status_code == 302
    case.refresh_from_db()
    assert case.answers == {"hours": "10", "kind": "mail", "which_mail": "orders@"}
    assert case.facts == {"hours_lost": {"unknown": "does_not_know"}}
    assert case.expected == {
        "advice": "keep_diagnosing",
        "outlook": "unknown",
        "cost": {"low": "0", "high": None},
        "figures": {"typing": None},
    }


def test_a_test_case_shows_whether_it_passes_and_what_it_comes_to(at_work, draft, case):
    page = read(at_work.get(at_work.page(draft)))
    assert "Typing only must come to keep diagnosing Passes" in page
    assert "It passes. Advice: keep diagnosing. Outlook: unknown." in page
    assert "Cost a year: EUR 46,000 (EUR 36,800 … EUR 55,200)." in page
    case.expected = {"cost": {"likely": "1"}}
    case.save()
    page = read(at_work.get(at_work.page(draft)))
    assert "It fails: likely cost is 46000, not 1." in page
    assert f"#testcase-{case.pk}" in at_work.get(at_work.page(draft)).content.decode()


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("given", "nothing: 1"),
        ("given", "hours"),
        ("given", "kind: fax"),
        ("known", "hours: 4"),
        ("cost_low", "much"),
        ("cost_likely", "open"),
        ("figures", "typing: 1 – 2 – 3"),
        ("figures", "hours: 1"),
    ],
)
def test_lines_that_make_no_sense_are_refused_and_nothing_is_changed(at_work, draft, case, field, lines):
    typed = typed_in(at_work.get(at_work.page(draft)))
    before = TestCase.objects.values().get(pk=case.pk)
    response = at_work.post(at_work.page(draft), {**typed, f"test_cases-0-{field}": lines})
    assert response.status_code == 200
    assert response.context["inline_admin_formsets"][4].formset.forms[0].errors.keys() == {field}
    assert TestCase.objects.values().get(pk=case.pk) == before


# --- While one types -----------------------------------------------------------------------------


def test_rules_and_lines_are_checked_while_they_are_typed(at_work, draft):
    def said(kind, text):
        return at_work.act(draft, "check", kind=kind, text=text).json()

    assert said("show_when", 'kind == "mail"')["english"] == "What sort of orders? is Mail"
    assert said("condition", "problem_score >= 50")["english"] == "Score of the section Problem is at least 50"
    assert said("condition", "points_of_severity > 3")["english"] == "Points of severity? is more than 3"
    formula = said("formula", "hours * hourly")
    assert (formula["ok"], formula["english"]) == (True, "How many hours a week? × What does an hour cost?")
    assert formula["example"].startswith("Gives an amount of money in EUR: EUR ")
    assert said("answers", "hours: 20")["ok"] is True
    assert said("answers", "hours: many")["ok"] is False
    assert said("facts", "hours: 20")["ok"] is False
    assert said("propose", "hours_lost > 3")["ok"] is True
    assert said("propose", "severity > 3")["ok"] is False
    assert at_work.act(draft, "check", kind="nonsense", text="1").status_code == 404


# --- Acts ----------------------------------------------------------------------------------------


def test_a_draft_is_published_copied_and_retired_by_its_buttons(at_work, ready):
    at_work.act(ready, "publish")
    ready.refresh_from_db()
    assert ready.status == "published"
    at_work.act(ready, "copy")
    assert TemplateVersion.objects.filter(template=ready.template, status="draft").count() == 1
    at_work.act(ready, "retire")
    ready.refresh_from_db()
    assert ready.status == "retired"


def test_a_draft_is_discarded_with_all_that_was_written_in_it(at_work, draft):
    response = at_work.act(draft, "discard")
    assert told(response) == ["Orders 1 is discarded."]
    assert response.headers["Location"] == at_work.page(draft.template)
    assert not TemplateVersion.objects.filter(pk=draft.pk).exists()
    assert not Question.objects.exists()


def test_what_is_published_is_not_discarded(at_work, published):
    assert told(at_work.act(published, "discard")) == ["Orders 1 is published already."]
    published.refresh_from_db()
    assert published.status == "published"


def test_a_draft_of_another_business_is_not_there(at_work, stranger, template):
    theirs = services.template_from_document(document=template(), by=stranger)
    for name in ("discard", "publish", "run"):
        at_work.act(theirs, name)
    theirs.refresh_from_db()
    assert theirs.status == "draft"
    assert Question.objects.filter(business=stranger.business).count() == 10
