"""The published form: the same bytes after reading and writing, and a path for every problem."""

import json
from dataclasses import replace
from datetime import date

import pytest

from assessments.domain.cases import run_test_cases
from assessments.domain.plan import compile_template
from assessments.domain.template import Advice, Expected, Outlook, TestCase
from assessments.domain.template_document import read, write
from leads.domain.documents import DocumentRefused
from leads.domain.qualification import Decision
from tests.assessments.domain.templates import EXAMPLE, D, asked, attribute, template, verdict

STORED = (
    ("consequence", {"unknown": "does_not_know"}),
    ("cost_confirmed", True),
    ("deadline", "8"),
    ("fit_to_cause", "9"),
    ("hourly_cost", "40"),
    ("hours_lost", {"high": "30", "likely": "25", "low": "20"}),
    ("pain", "8"),
    ("pressure", "7"),
    ("proof", "7"),
    ("rework", "24000"),
    ("sponsor", "owner"),
)
EXPECTED = Expected(
    good_problem=Decision.YES,
    will_act=Decision.UNKNOWN,
    justifies=Decision.YES,
    outlook=Outlook.CLEAR,
    advice=Advice.KEEP_DIAGNOSING,
    cost=(("low", D("60800")), ("likely", D("70000")), ("high", None)),
)
CASE = TestCase("The worked example", STORED, (("employees", "120"),), EXPECTED, date(2026, 3, 2))
DOCUMENT = replace(EXAMPLE, test_cases=(CASE,))


def changed(change):
    content = json.loads(write(DOCUMENT))
    change(content)
    return json.dumps(content)


def refusal(text):
    with pytest.raises(DocumentRefused) as refused:
        read(text)
    return [str(problem) for problem in refused.value.problems]


def test_a_document_reads_back_equal_and_writes_the_same_bytes():
    text = write(DOCUMENT)

    assert read(text) == DOCUMENT
    assert write(read(text)) == text
    assert json.loads(text)["kind"] == "assessment_template"
    assert json.loads(text)["format"] == 1


def test_every_part_is_written_under_its_own_name():
    question = {
        "key": "signs",
        "text": "Which signs do you see?",
        "type": "multiple_choice",
        "why_we_ask": "They show the cause.",
        "listen_for": "Overtime.",
        "show_when": "pain > 3",
        "if_hidden": ["late"],
        "required": True,
        "unit": "signs",
        "minimum": "-1.5",
        "maximum": "2000000000",
        "options": [{"code": "late", "label": "Late shifts", "points": "-2.5"}],
        "points_yes": "3",
        "points_no": "-1",
        "scored": True,
        "attribute": "signs_seen",
        "for_prospect": True,
    }
    section = {"dimension": "cause", "title": "Cause", "guidance": "Ask why five times.", "questions": [question]}
    content = json.loads(write(DOCUMENT))
    content["sections"][1] = section
    content["language"] = "de"

    written = json.loads(write(read(json.dumps(content))))

    assert written == content
    assert written["formulas"][1] == {
        "key": "rework_cost",
        "label": "Rework",
        "rule": "rework",
        "unit": "EUR",
        "cost_item": True,
        "benchmark": "Peers lose 90,000.",
    }
    assert written["offer"] == {
        "name": "Scheduling",
        "price": {"low": "15000", "likely": "16500", "high": "18000"},
        "recoverable_share": {"low": "70", "likely": "75", "high": "80"},
        "required_return": "2",
    }
    assert written["stall_risks"][0] == {
        "key": "no_sponsor",
        "label": "Nobody owns it",
        "rule": 'sponsor == "nobody"',
        "blocking": True,
        "what_to_do": "Find the owner.",
    }
    assert written["verdict"]["act_from"] == "50000"
    assert written["test_cases"][0]["expected"] == {
        "good_problem": "yes",
        "will_act": "unknown",
        "justifies": "yes",
        "outlook": "clear",
        "advice": "keep_diagnosing",
        "cost": {"low": "60800", "likely": "70000", "high": None},
    }


def test_what_a_document_leaves_out_has_its_default():
    def shorten(content):
        del content["test_cases"], content["stall_risks"], content["nurture_days"], content["attributes"]
        content["sections"][4]["questions"][0] = {"key": "short", "text": "Short?", "type": "text"}

    document = read(changed(shorten))

    assert (document.nurture_days, document.attributes, document.test_cases) == (90, (), ())
    assert document.sections[4].questions[0] == replace(asked("short", "text"), text="Short?")


def put(content, path, value):
    *way, last = path
    for step in way:
        content = content[step]
    content[last] = value


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        (["kind"], "qualification_schema", "kind: must be one of assessment_template"),
        (["format"], True, "format: must be 1"),
        (["format"], 2, "format: must be 1"),
        (["key"], "Not a key", "key: 'Not a key' cannot be a key"),
        (["surprise"], 1, "surprise: is not a part of this"),
        (["urgency_question"], "", "urgency_question: is missing"),
        (["nurture_days"], 0, "nurture_days: must be a whole number from 1 to 99,999"),
        (["attributes", 0, "not_given"], 3, "attributes[0].not_given: is no stored value"),
        (
            ["offer", "price"],
            15000,
            'offer.price: must be a number in quotes with two decimals at most, such as "12.5"',
        ),
        (
            ["offer", "price"],
            {"low": "3", "likely": "2", "high": "4"},
            "offer.price: must rise from low over likely to high",
        ),
        (
            ["sections", 0, "dimension"],
            "pain",
            "sections[0].dimension: must be one of problem, cause, cost, urgency, fit",
        ),
        (
            ["sections", 0, "questions", 0, "required"],
            "yes",
            "sections[0].questions[0].required: must be true or false",
        ),
        (["sections", 0, "questions", 0, "if_hidden"], 3, "sections[0].questions[0].if_hidden: is no stored value"),
        (["sections", 0, "questions", 0, "typ"], "scale", "sections[0].questions[0].typ: is not a part of this"),
        (["sections", 0, "questions"], {}, "sections[0].questions: must be a list"),
        (["formulas", 0, "rule"], "", "formulas[0].rule: is missing"),
        (["verdict", "will_act", 0, "label"], "", "verdict.will_act[0].label: is missing"),
        (["stall_risks", 0, "blocking"], None, "stall_risks[0].blocking: must be true or false"),
        (["test_cases", 0, "answers", "Not a key"], "1", "test_cases[0].answers: 'Not a key' cannot be a key"),
        (["test_cases", 0, "facts", "employees"], 120, "test_cases[0].facts.employees: is no stored value"),
        (["test_cases", 0, "on"], "soon", "test_cases[0].on: must be a day, such as 2026-03-02"),
        (
            ["test_cases", 0, "expected", "advice"],
            "buy",
            "test_cases[0].expected.advice: must be one of advance, keep_diagnosing, nurture, disqualify",
        ),
        (["test_cases", 0, "expected", "cost", "most"], "1", "test_cases[0].expected.cost.most: is not a part of this"),
    ],
)
def test_each_problem_is_named_with_its_path(path, value, wrong):
    assert refusal(changed(lambda content: put(content, path, value))) == [wrong]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"format": NaN}', '{"format": Infinity}', "9" * 5000])
def test_what_is_no_json_is_refused(text):
    assert refusal(text)[0].startswith("This is no JSON: ")


@pytest.mark.parametrize("text", ["null", "[]", '"text"', "1"])
def test_json_that_is_no_object_is_refused(text):
    assert "must be an object" in refusal(text)


# --- Test cases ----------------------------------------------------------------------------------


def case(*, answers=(), facts=(), on=None, **expected):
    return TestCase("Case", tuple(answers), tuple(facts), Expected(**expected), on)


def failures(document, *cases):
    return [str(problem) for problem in run_test_cases(compile_template(replace(document, test_cases=cases)))]


def test_the_worked_example_passes_as_a_test_case():
    assert failures(EXAMPLE, CASE) == []


def test_a_failing_test_case_says_what_came_instead():
    wrong = Expected(
        good_problem=Decision.NO,
        will_act=Decision.UNKNOWN,
        outlook=Outlook.BLOCKED,
        advice=Advice.ADVANCE,
        cost=(("low", D("60800")), ("likely", None), ("high", D("5"))),
    )

    assert failures(EXAMPLE, CASE, replace(CASE, expected=wrong)) == [
        "test_cases[1].expected.good_problem: is yes, not no",
        "test_cases[1].expected.outlook: is clear, not blocked",
        "test_cases[1].expected.advice: is keep_diagnosing, not advance",
        "test_cases[1].expected.cost.likely: is 70000, not open",
        "test_cases[1].expected.cost.high: is open, not 5",
    ]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (case(), "expected: expects nothing"),
        (case(answers=[("gone", "1")], advice=Advice.ADVANCE), "answers.gone: there is no question `gone`"),
        (case(answers=[("pain", "much")], advice=Advice.ADVANCE), "answers.pain: is no value of `pain`"),
        (case(answers=[("pain", "11")], advice=Advice.ADVANCE), "answers.pain: `pain` takes values from 0 to 10."),
        (case(facts=[("gone", "1")], advice=Advice.ADVANCE), "facts.gone: there is no attribute `gone`"),
        (case(facts=[("employees", "x")], advice=Advice.ADVANCE), "facts.employees: is no value of `employees`"),
    ],
)
def test_a_test_case_that_makes_no_sense_fails(given, wrong):
    assert failures(EXAMPLE, given) == [f"test_cases[0].{wrong}"]


def test_a_test_case_runs_on_its_own_day_or_on_a_fixed_one_and_knows_what_stands_for_not_given():
    document = template(
        attributes=(attribute("end", "date"), attribute("size", not_given="7")),
        verdict=verdict(will_act="days_until_end == 30", justifies="size == 7"),
    )
    ends = [("end", "2026-01-31")]

    assert failures(document, case(facts=ends, will_act=Decision.YES, justifies=Decision.YES)) == []
    assert failures(document, case(facts=ends, on=date(2026, 1, 2), will_act=Decision.NO)) == []
    assert failures(document, case(facts=[("size", {"unknown": "does_not_know"})], justifies=Decision.UNKNOWN)) == []
