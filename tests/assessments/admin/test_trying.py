"""Trying a template on its page: asked as a salesperson would, and nothing of it is kept anywhere else."""

from decimal import Decimal

import pytest
from django.apps import apps

from assessments import services
from assessments.models import Formula, Question, TestCase
from assessments.services.rows import document_of_rows
from leads.domain.rules import Range
from leads.domain.values import encode
from tests.assessments.samples import ANSWERS
from tests.leads.admin.browser import read, told

NOT_OF_THE_RUN = {"sessions"}


@pytest.fixture
def everything():
    """Return all rows of all tables but those of sessions."""

    def dump():
        models = [model for model in apps.get_models() if model._meta.app_label not in NOT_OF_THE_RUN]
        return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}

    return dump


def typed(value):
    """Return what one writes into the fields of an answer."""
    if isinstance(value, Range):
        return {"low": str(value.low), "answer": str(value.likely), "high": str(value.high)}
    if isinstance(value, bool):
        return {"answer": "yes" if value else "no"}
    return {"answer": encode(value)}


@pytest.fixture
def answer(at_work):
    def answered(version, question, value):
        return at_work.act(version, "run", step="answer", question=question, **typed(value))

    return answered


@pytest.fixture
def keep(at_work):
    """Keep the run of a version as a test case."""
    return lambda version, name: at_work.post(at_work.page(version, "run"), {"step": "keep", "name": name})


@pytest.fixture
def run(at_work):
    return lambda version, **query: at_work.get(at_work.page(version, "run"), **query)


def asked(response):
    question = response.context["question"]
    return question.key if question else None


def facts(response):
    return {label: getattr(cell, "text", getattr(cell, "main", cell)) for label, cell in response.context["facts"]}


def table(response, title):
    found = [*response.context["beside"], *response.context["below"]]
    return next(table for table in found if table.title == title)


def test_a_run_asks_in_order_and_follows_the_answers(run, answer, published):
    assert asked(run(published)) == "urgency_before"
    for question in ("urgency_before", "severity"):
        answer(published, question, ANSWERS[question])
    answer(published, "kind", "edi")
    assert asked(run(published)) == "proven"
    answer(published, "proven", Decimal(7))
    assert asked(run(published)) == "hours"  # which_mail is hidden, since orders come by EDI
    answer(published, "kind", "mail")
    assert asked(run(published)) == "which_mail"


def test_a_question_comes_with_its_guidance_and_a_field_that_fits(run, published):
    page = read(run(published, question="severity"))
    assert "Why we ask: To see how bad it is." in page
    assert "Listen for: The last time it hurt." in page
    widgets = {
        question: run(published, question=question).context["form"].fields["answer"].widget.__class__.__name__
        for question in ("kind", "sponsor", "hours")
    }
    assert widgets == {
        "kind": "UnfoldAdminRadioSelectWidget",
        "sponsor": "UnfoldAdminRadioSelectWidget",
        "hours": "UnfoldAdminTextInputWidget",
    }
    assert "from 0 to 168 hours" in read(run(published, question="hours"))


def test_a_whole_run_comes_to_what_a_diagnosis_would(run, answer, published):
    for question, value in ANSWERS.items():
        assert answer(published, question, value).status_code == 302
    page = run(published)
    assert asked(page) is None
    assert facts(page) == {
        "Advice": "Advance",
        "Outlook": "Clear",
        "Cost of the problem a year": "EUR 46,000",
        "A good problem for us to solve": "Yes",
        "Big enough for the prospect to act": "Yes",
        "Big enough to justify our solution": "Yes",
    }
    assert page.context["complete"] is True


def test_every_number_says_where_it_comes_from(run, answer, published):
    for question in ("severity", "kind", "hours", "hourly"):
        answer(published, question, ANSWERS[question])
    page = run(published)
    problem = table(page, "What the sections score").rows[0]
    assert problem[:3] == ("Problem", "83.33", "settled")
    assert [problem[3].main, *problem[3].more] == [
        "severity? 8: 8 of 0 … 10 points",
        "What sort of orders? Mail: 2 of 0 … 2 points",
    ]
    typing, total = table(page, "What the problem costs in a year").rows
    assert typing[1].main == "EUR 36,800 – 46,000 – 55,200"
    assert [typing[2].main, *typing[2].more] == [
        "How many hours a week? 20 – 25 – 30 hours",
        "What does an hour cost? EUR 40",
        "hours * hourly * 46",
    ]
    assert (total[1].main, total[1].more) == ("EUR 46,000", ("EUR 36,800 … EUR 55,200",))
    reasons = {row[1].main: [*row[1].more] for row in table(page, "The verdict").rows}
    assert reasons["The problem is severe enough"] == ["problem_score >= 50", "Problem score 83.33"]
    assert reasons["The problem costs enough to act"] == [
        "problem_cost >= act_from",
        "Problem cost EUR 36,800 – 46,000 – 55,200",
        "Act from EUR 20,000",
    ]
    cause = table(page, "What the sections score").rows[1]
    assert cause[3].main == "1 question without an answer: 0 … 10 points"


def test_a_cost_of_which_an_item_is_unknown_is_told_as_open(run, answer, draft):
    Formula.objects.create(
        business=draft.business, version=draft, key="more", label="More", rule="1000", cost_item=True, position=1
    )
    answer(draft, "severity", Decimal(8))
    reasons = {row[1].main: [*row[1].more] for row in table(run(draft), "The verdict").rows}
    assert reasons["The problem costs enough to act"][1] == "Problem cost EUR 1,000 (EUR 1,000 … open)"


def test_somebody_does_not_know_or_is_asked_later(at_work, run, published):
    at_work.act(published, "run", step="unknown", question="urgency_before")
    at_work.act(published, "run", step="skip", question="severity")
    page = run(published)
    assert asked(page) == "kind"
    assert [entry.badge.text for entry in page.context["parts"][1].entries] == ["To be asked", "To be asked"]
    assert page.context["parts"][0].entries[0].badge.text == "Does not know"


def test_what_was_skipped_is_asked_once_nothing_else_is_left(at_work, run, answer, published):
    at_work.act(published, "run", step="skip", question="severity")
    for question, value in ANSWERS.items():
        if question != "severity":
            answer(published, question, value)
    assert asked(run(published)) == "severity"


def test_one_goes_on_in_the_section_that_one_jumped_to(run, answer, published):
    answer(published, "hours", Decimal(20))
    assert asked(run(published)) == "hourly"


def test_an_answer_is_corrected_and_taken_back(at_work, run, answer, published):
    answer(published, "severity", Decimal(3))
    assert run(published, question="severity").context["form"].initial == {"answer": "3"}
    answer(published, "severity", Decimal(8))
    assert run(published).context["parts"][1].entries[0].answer == "8"
    at_work.act(published, "run", step="take_back", question="severity")
    assert run(published).context["parts"][1].entries[0].answer == ""


def test_an_answer_that_became_unreachable_is_set_aside(run, answer, published):
    for question, value in (("kind", "mail"), ("which_mail", "orders@"), ("kind", "edi")):
        answer(published, question, value)
    [_, entry] = run(published).context["parts"][2].entries
    assert (entry.answer, entry.asked) == ("orders@ (set aside)", False)


@pytest.mark.parametrize(
    ("question", "given", "said"),
    [
        ("severity", {"answer": ""}, "Answer it, or say that they do not know."),
        ("severity", {"answer": "very"}, "This question takes a number or a range of numbers, not 'very'."),
        ("severity", {"answer": "11"}, "This question takes values from 0 to 10."),
        ("hours", {"answer": "20", "low": "10"}, "Write both ends of the range, or neither."),
        ("hours", {"answer": "20", "low": "25", "high": "30"}, "A range must rise from least over likely to most."),
        ("hours", {"answer": "20", "low": "10", "high": "300"}, "This question takes values from 0 to 168."),
        ("kind", {"answer": "fax"}, "Select a valid choice. fax is not one of the available choices."),
        ("kind", {}, "Answer it, or say that they do not know."),
        ("which_mail", {"answer": "orders@"}, "This question is not asked yet."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_beside_its_field(at_work, run, published, question, given, said):
    response = at_work.act(published, "run", step="answer", question=question, **given)
    assert response.status_code == 200
    assert said in read(response)
    assert run(published).context["done"] == 0


def test_what_is_known_of_the_lead_is_written_as_lines(at_work, run, published):
    at_work.act(published, "run", step="facts", known="hours_lost: 12")
    assert "Known already: 12 hours" in read(run(published, question="hours"))
    response = at_work.act(published, "run", step="facts", known="hours_lost: many")
    assert response.status_code == 200
    assert "Line 1: `hours_lost` takes a number" in read(response)
    assert run(published).context["facts_form"].initial["known"] == "hours_lost: 12"


def test_a_run_leaves_nothing_behind_in_any_table(at_work, keep, run, answer, published, start, rep, everything):
    start(rep)  # a diagnosis with the same version is under way
    before = everything()
    for question, value in ANSWERS.items():
        answer(published, question, value)
    at_work.act(published, "run", step="facts", known="hours_lost: 12")
    at_work.act(published, "run", step="skip", question="severity")
    keep(published, "Not of a published version")
    run(published)
    at_work.act(published, "run", step="again")
    assert everything() == before


def test_starting_again_forgets_the_run(at_work, run, answer, published):
    answer(published, "severity", Decimal(8))
    at_work.act(published, "run", step="again")
    assert run(published).context["done"] == 0


def test_each_version_has_a_run_of_its_own(run, answer, published, manager):
    draft = services.copy_template_to_draft(version_id=published.pk, by=manager)
    answer(published, "severity", Decimal(8))
    assert (run(published).context["done"], run(draft).context["done"]) == (1, 0)


def test_a_draft_is_run_as_it_is_saved(run, answer, draft):
    answer(draft, "kind", "mail")
    Question.objects.filter(key="kind").delete()
    Question.objects.filter(key="which_mail").update(show_when="")
    assert run(draft).context["done"] == 0  # what no question asks for any more is left out


def test_a_draft_that_makes_no_sense_says_what_to_mend_first(at_work, run, draft):
    Question.objects.filter(key="which_mail").update(show_when="kin == 1")
    page = run(draft)
    assert page.context["title"] == "Orders 1 cannot be tried yet"
    assert f"{at_work.page(draft)}#question-" in page.content.decode()


def test_a_run_is_kept_as_a_test_case_that_passes(at_work, keep, answer, draft):
    for question, value in ANSWERS.items():
        answer(draft, question, value)
    at_work.act(draft, "run", step="facts", known="hours_lost: 12")
    response = keep(draft, "The good one")
    case = TestCase.objects.get(version=draft)
    assert told(response) == ["“The good one” is a test case now: it must come to what this run came to."]
    assert response.headers["Location"] == f"{at_work.page(draft)}#testcase-{case.pk}"
    assert case.answers == {key: encode(value) for key, value in ANSWERS.items()}
    assert case.facts == {"hours_lost": "12"}
    assert case.expected == {
        "good_problem": "yes",
        "will_act": "yes",
        "justifies": "yes",
        "outlook": "clear",
        "advice": "advance",
        "cost": {"low": "36800", "likely": "46000", "high": "55200"},
    }
    assert document_of_rows(draft).test_cases[0].name == "The good one"
    assert "The good one must come to advance Passes" in read(at_work.get(at_work.page(draft)))


@pytest.mark.parametrize(("name", "said"), [("", "A name is needed."), ("x" * 201, "That is too long")])
def test_a_test_case_needs_a_name(keep, answer, draft, name, said):
    answer(draft, "severity", Decimal(8))
    assert said in told(keep(draft, name))[0]
    assert not TestCase.objects.exists()


def test_a_run_without_an_answer_is_no_test(keep, draft):
    said = told(keep(draft, "Nothing"))
    assert said == ["Answer a question first: a test case without an answer tests nothing."]
    assert not TestCase.objects.exists()


def test_figures_are_kept_to_the_cent_so_that_the_case_passes(at_work, keep, answer, draft):
    common = {"business": draft.business, "version": draft, "unit": "hours"}
    Formula.objects.create(
        key="third", label="A third", rule="hours / 3", bands=[{"label": "much", "from": "6"}], **common
    )
    Formula.objects.create(key="lost", label="Lost", rule="hourly / 3", **common)
    answer(draft, "hours", Decimal(20))
    keep(draft, "Thirds")
    assert TestCase.objects.get().expected["figures"] == {"typing": None, "third": "6.67", "lost": None}
    page = read(at_work.get(at_work.page(draft)))
    assert "Thirds must come to keep diagnosing Passes" in page


def test_a_figure_says_what_it_is_called(run, answer, draft):
    draft.formulas.update(bands=[{"label": "noticeable", "from": "1000"}, {"label": "serious", "from": "20000"}])
    answer(draft, "hours", Decimal(20))
    answer(draft, "hourly", Decimal(40))
    [typing, _] = table(run(draft), "What the problem costs in a year").rows
    assert (typing[1].main, typing[1].more) == ("EUR 36,800", ("serious",))
