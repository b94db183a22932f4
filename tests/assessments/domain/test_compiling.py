"""What is refused before a template can run."""

from dataclasses import replace

import pytest

from assessments.domain.template import ConditionSpec, OfferSpec, StallRiskSpec, VerdictSpec
from leads.domain.documents import DocumentRefused
from tests.assessments.domain.templates import (
    EXAMPLE,
    D,
    FormulaSpec,
    asked,
    attribute,
    between,
    choice,
    compile_template,
    problems,
    scale,
    section,
    template,
    verdict,
    yes_no,
)

SPEC = VerdictSpec(D("0"), (ConditionSpec("Good", "true"),), (), (ConditionSpec("Just", "true"),))
COST = FormulaSpec("loss", "Loss", "100", cost_item=True)


def test_the_example_and_the_plain_template_compile():
    assert compile_template(EXAMPLE).document is EXAMPLE
    assert problems() == []


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        (["problem", "cause", "cost", "urgency"], ["sections: the section `fit` is missing"]),
        (
            ["problem", "cause", "cost", "fit", "urgency"],
            [
                "sections[3].dimension: the order is problem, cause, cost, urgency, fit",
                "sections[4].dimension: the order is problem, cause, cost, urgency, fit",
            ],
        ),
        (
            ["problem", "cause", "cost", "urgency", "fit", "fit"],
            ["sections[4].dimension: `fit` is there twice", "sections[5].dimension: `fit` is there twice"],
        ),
    ],
)
def test_the_five_sections_must_be_there_once_and_in_their_order(order, wrong):
    sections = tuple(section(name, asked(f"plain_{index}")) for index, name in enumerate(order))

    with pytest.raises(DocumentRefused) as refused:
        compile_template(replace(template(), sections=sections))

    assert [str(problem) for problem in refused.value.problems] == wrong


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ({"problem": ()}, "sections[0].questions: needs at least one question"),
        ({"formulas": ()}, "formulas: needs at least one cost item, or the problem has no cost"),
        (
            {"formulas": (replace(COST, cost_item=False),)},
            "formulas: needs at least one cost item, or the problem has no cost",
        ),
        ({"verdict": SPEC}, "verdict.will_act: needs at least one condition"),
        ({"verdict": replace(verdict(), act_from=D("-1"))}, "verdict.act_from: must not be negative"),
        ({"nurture_days": 3651}, "nurture_days: must be 3,650 at most"),
        ({"offer": OfferSpec("O", D("-1"), D("70"), D("2"))}, "offer.price: must be from 0 to 1,000,000,000,000"),
        (
            {"offer": OfferSpec("O", D("1"), between("70", "80", "101"), D("2"))},
            "offer.recoverable_share: must be from 0 to 100",
        ),
        ({"offer": OfferSpec("O", D("1"), D("70"), D("-1"))}, "offer.required_return: must be from 0 to 100"),
        (
            {"attributes": (attribute("size", not_given="many"),)},
            "attributes[0].not_given: is no value of `size`",
        ),
    ],
)
def test_a_template_that_cannot_lead_to_a_verdict_is_refused(parts, wrong):
    assert problems(**parts) == [wrong]


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (
            {"problem": (asked("a"), asked("a"))},
            "sections[0].questions[1].key: `a` is also the key of sections[0].questions[0]",
        ),
        (
            {"problem": (asked("loss"),)},
            "formulas[0].key: `loss` is also the key of sections[0].questions[0]",
        ),
        (
            {"attributes": (attribute("a"),), "problem": (asked("a"),)},
            "sections[0].questions[0].key: `a` is also the key of attributes[0]",
        ),
        (
            {"problem": (asked("days_until_x"),)},
            "sections[0].questions[0].key: days_until_… and days_since_… belong to the dates they count",
        ),
        (
            {"stall_risks": (StallRiskSpec("r", "R", "true"), StallRiskSpec("r", "R", "true"))},
            "stall_risks[1].key: `r` is there twice",
        ),
    ],
)
def test_keys_that_could_be_confused_are_refused(parts, wrong):
    assert problems(**parts) == [wrong]


@pytest.mark.parametrize(
    "key",
    [
        *(f"{name}_score" for name in ("problem", "cause", "cost", "urgency", "fit")),
        *("problem_cost", "act_from", "offer_price", "recoverable_share", "required_return"),
        *("urgency_before", "urgency_after"),
    ],
)
def test_the_names_of_the_verdict_are_no_keys(key):
    wrong = f"`{key}` is a name of the verdict; choose another"

    assert problems(problem=(asked(key),)) == [f"sections[0].questions[0].key: {wrong}"]
    assert problems(formulas=(COST, FormulaSpec(key, "K", "1"))) == [f"formulas[1].key: {wrong}"]
    assert problems(attributes=(attribute(key),)) == [f"attributes[0].key: {wrong}"]


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        (choice("q"), ".options: needs at least one option"),
        (choice("q", ("a", "0"), ("a", "1")), ".options[1].code: `a` is there twice"),
        (replace(choice("q", ("a", "0")), type="number"), ".options: belong to choices only"),
        (asked("q", minimum=D("5"), maximum=D("5")), ".maximum: must be above the minimum, 5"),
        (asked("q", "scale", minimum=D("10")), ".maximum: must be above the minimum, 10"),
        (asked("q", "date", minimum=D("1")), ": only numbers have a minimum and a maximum"),
        (asked("q", points_yes=D("1"), points_no=D("0")), ": only a yes/no question has points for yes and for no"),
        (yes_no("q", points_yes=D("1")), ": needs points for both yes and no, or for neither"),
        (asked("q", scored=True), ".scored: belongs to scales only, whose points are their values"),
        (asked("q", if_hidden="many"), ".if_hidden: is no value of `q`"),
        (asked("q", if_hidden={"unknown": "does_not_know"}), ".if_hidden: is no value of `q`"),
        (asked("q", attribute="gone"), ".attribute: there is no attribute `gone`"),
        (asked("q", attribute="sector"), ".attribute: `sector` is of type choice, not number"),
        (asked("q", "money", attribute="size"), ".attribute: `size` is of type number, not money"),
        (asked("q", unit="teams", attribute="size"), ".attribute: `size` is in people, not in teams"),
        (choice("q", ("a", "0"), ("x", "0"), attribute="sector"), ".attribute: `sector` has no choice x"),
        (asked("q", attribute="visits"), ".attribute: `visits` counts engagements; nobody can answer it"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(question, wrong):
    attributes = (
        attribute("size", unit="people"),
        attribute("sector", "choice", codes=("a", "b")),
        attribute("visits", counts_kinds=("visit",), counts_days=30),
    )

    assert problems(attributes=attributes, problem=(question,)) == [f"sections[0].questions[0]{wrong}"]


BRANCH = {"attributes": (attribute("size"), attribute("gained"))}


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("earlier > 1", None),
        ("size > 1", None),
        ("zzz > 1", "There is no `zzz`."),
        ("erlier > 1", "There is no `erlier`; did you mean `earlier`?"),
        (
            "earlier",
            "The rule gives a number, but a yes or no is needed; compare it with something, such as `employees >= 50`.",
        ),
        ('kind == "z"', "`kind` has no choice `z`; there is `x`, `y`."),
        ("self > 1", "`self` is this question itself; whether it is shown depends only on earlier ones"),
        ("later > 1", "`later` does not come before this question; whether it is shown depends only on earlier ones"),
        ("gained > 1", "`gained` is what `later` answers, which does not come before this question"),
        (
            "loss > 1",
            "`loss` is a formula; whether a question is shown depends on questions and attributes only",
        ),
        ("problem_score > 1", "`problem_score` is known only once everything is asked; only verdict and risks read it"),
        ("act_from > 1", "`act_from` is known only once everything is asked; only verdict and risks read it"),
        ("urgency_before > 1", "`urgency_before` is the prospect's own estimate; no rule reads it"),
        ("false and earlier > 1", "can never be true, so the question is never asked"),
        ("rated > 10", "can never be true, so the question is never asked"),
        ("rated >= 10", None),
        ("bounded > 20 and earlier > 1", "can never be true, so the question is never asked"),
        ("bounded < 1", None),  # while it is hidden it reads as 0
    ],
)
def test_whether_a_question_is_shown_depends_only_on_what_comes_before_it(rule, wrong):
    found = problems(
        **BRANCH,
        problem=(
            asked("earlier"),
            scale("rated"),
            choice("kind", ("x", "0"), ("y", "0")),
            asked("bounded", minimum=D("1"), maximum=D("20"), show_when="earlier > 5", if_hidden="0"),
            asked("self", show_when=rule),
            asked("later", attribute="gained"),
        ),
    )

    assert found == ([f"sections[0].questions[4].show_when: {wrong}"] if wrong else [])


@pytest.mark.parametrize(
    ("readers", "missing"),
    [
        ({}, False),
        ({"cause": (asked("next", show_when="branch > 1"),)}, True),
        ({"formulas": (replace(COST, rule="branch * 2"),)}, True),
        ({"verdict": verdict(justifies="branch > 2")}, True),
        ({"stall_risks": (StallRiskSpec("r", "R", "branch > 2"),)}, True),
        ({"verdict": verdict(justifies="problem_score > 2")}, False),
        ({"verdict": verdict(justifies="size > 2")}, False),
    ],
)
def test_a_question_that_may_be_hidden_needs_a_value_for_then_if_a_rule_reads_it(readers, missing):
    questions = (asked("earlier"), scale("branch", show_when="earlier > 1", attribute="size"))
    wrong = "sections[0].questions[1].if_hidden: is missing: rules read `branch`, also while it is hidden"

    found = problems(attributes=(attribute("size"),), problem=questions, **readers)
    mended = problems(
        attributes=(attribute("size"),), problem=(questions[0], replace(questions[1], if_hidden="0")), **readers
    )

    assert (found, mended) == ([wrong] if missing else [], [])


def test_whether_a_question_is_shown_does_not_depend_on_the_attribute_that_it_answers():
    found = problems(attributes=(attribute("size"),), problem=(asked("staff", attribute="size", show_when="size > 1"),))

    wrong = "`size` is what `staff` answers, which does not come before this question"
    assert found == [f"sections[0].questions[0].show_when: {wrong}"]


def test_days_until_a_date_that_may_be_hidden_need_its_value_too():
    questions = (yes_no("planned"), asked("go_live", "date", show_when="planned"))

    assert problems(problem=questions, verdict=verdict(will_act="days_until_go_live < 90")) == [
        "sections[0].questions[1].if_hidden: is missing: rules read `go_live`, also while it is hidden"
    ]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("first * 2", None),
        (
            "staff > 2",
            "The rule gives a yes or no, but a number is needed; say what yes and no are worth, "
            "such as `sponsor ? 1 : 0`.",
        ),
        ("second", "`second` does not come before this formula; a formula reads only earlier ones"),
        ("third", "`third` does not come before this formula; a formula reads only earlier ones"),
        ("fit_score", "`fit_score` is known only once everything is asked; only verdict and risks read it"),
        ("offer_price", "`offer_price` is known only once everything is asked; only verdict and risks read it"),
        ("", "The rule is empty."),
    ],
)
def test_a_formula_is_a_number_from_questions_attributes_and_earlier_formulas(rule, wrong):
    formulas = (
        FormulaSpec("first", "F", "staff"),
        FormulaSpec("second", "S", rule),
        FormulaSpec("third", "T", "1"),
        COST,
    )

    found = problems(problem=(asked("staff"),), formulas=formulas)

    assert found == ([f"formulas[1].rule: {wrong}"] if wrong else [])


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        (
            {"good_problem": "100"},
            "verdict.good_problem[0].rule: The rule gives a number, but a yes or no is needed; compare it with "
            "something, such as `employees >= 50`.",
        ),
        (
            {"will_act": "cost_confirmed"},
            "verdict.will_act[0].rule: There is no `cost_confirmed`; did you mean `cost_score`?",
        ),
        (
            {"justifies": "fit_score > 1"},
            "verdict.justifies[0].rule: `fit_score` never has a value, since no question of its section has points",
        ),
        (
            {"will_act": "urgency_after > 5"},
            "verdict.will_act[0].rule: `urgency_after` is the prospect's own estimate; no rule reads it",
        ),
        ({"justifies": "act_from + offer_price + recoverable_share + required_return + loss > 1"}, None),
    ],
)
def test_a_verdict_rule_is_a_yes_or_no_of_names_that_exist(rules, wrong):
    assert problems(verdict=verdict(**rules)) == ([wrong] if wrong else [])


def test_everything_that_is_wrong_is_said_at_once():
    found = problems(problem=(asked("a", show_when="b"),), cause=(), verdict=verdict(justifies="c"))

    assert found == [
        "sections[1].questions: needs at least one question",
        "sections[0].questions[0].show_when: There is no `b`.",
        "verdict.justifies[0].rule: There is no `c`.",
    ]
