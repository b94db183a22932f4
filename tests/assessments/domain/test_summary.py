"""The summary: what of a diagnosis a prospect reads, how figures are written out, and what is left out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.domain.engine import evaluate
from assessments.domain.figures import answered, calculation, money, said, steps
from assessments.domain.plan import compile_template
from assessments.domain.summary import FoundOut, Why, summary_of, whys_of, without_offer
from assessments.domain.template import FormulaSpec
from leads.domain.rules import Range, Reason, Unknown
from leads.domain.values import AttributeSpec, ValueType
from tests.assessments.domain.strategies import answers_to, facts, plans
from tests.assessments.samples import ANSWERS, small_template

TODAY = date(2026, 3, 2)
HOURS = AttributeSpec("hours", "Hours", ValueType.NUMBER, unit="hours a week")
PRICE = AttributeSpec("price", "Price", ValueType.MONEY)
SHARE = AttributeSpec("share", "Share", ValueType.PERCENT)


def spread(low, likely, high) -> Range:
    return Range(Decimal(low), Decimal(likely), Decimal(high))


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [
        (HOURS, Decimal(25), "25 hours a week"),
        (HOURS, Decimal("1234.50"), "1,234.5 hours a week"),
        (HOURS, spread(20, 25, 30), "20 to 30 hours a week, likely 25"),
        (HOURS, spread(20, 25, "Infinity"), "20 hours a week or more, likely 25"),
        (HOURS, Decimal(1) / Decimal(3), "0.3333 hours a week"),
        (PRICE, Decimal(46000), "€ 46,000"),
        (PRICE, Decimal("46000.50"), "€ 46,000.50"),
        (PRICE, spread(1, 2, "3.10"), "€ 1 to € 3.10, likely € 2"),
        (SHARE, Decimal("12.5"), "12.5 %"),
        (SHARE, spread(1, 2, 3), "1 to 3 %, likely 2"),
    ],
)
def test_a_value_is_said_as_one_would_say_it(spec, value, text):
    assert said(spec, value, "EUR") == text


def test_a_currency_without_a_sign_is_named():
    assert money(Decimal("1234.5"), "CHF") == "CHF 1,234.50"


def test_an_answer_on_a_scale_names_its_ends():
    plan = compile_template(small_template())

    assert answered(plan.questions["severity"], Decimal(8), "EUR") == "8 on a scale from 0 to 10"


# --- Calculations ----------------------------------------------------------------------------------


def run(formula: str, unit: str = "hours a week", more: tuple = (), **values):
    document = small_template()
    sections = tuple(
        replace(s, questions=tuple(replace(q, unit=unit, attribute="") if q.key == "hours" else q for q in s.questions))
        for s in document.sections
    )
    formulas = (*more, FormulaSpec("typing", "Typing", formula, cost_item=True))
    plan = compile_template(replace(document, sections=sections, formulas=formulas))
    evaluation = evaluate(plan, ANSWERS | {"hours": Decimal(25)} | values, {}, TODAY)
    return plan, evaluation


def written(formula: str, **given) -> str:
    plan, evaluation = run(formula, **given)
    return calculation(plan, plan.formulas[-1], evaluation.facts, "EUR")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("hours * hourly * 46", "25 hours a week × € 40 × 46"),
        ("(hours + 5) * hourly", "(25 hours a week + 5) × € 40"),
        ("hours * hourly / 2 - 7", "25 hours a week × € 40 ÷ 2 − 7"),
        ("round(hours * hourly)", "(25 hours a week × € 40) rounded"),
        ("max(hours, 30) * hourly", "(the larger of 25 hours a week and 30) × € 40"),
        ('kind == "mail" ? hours * hourly : 0', "25 hours a week × € 40"),
        ('kind == "edi" ? hours * hourly : 12', "12"),
        ('(kind == "mail" ? hours : 1) * hourly', "25 hours a week × € 40"),
    ],
)
def test_a_calculation_is_written_with_its_values(formula, text):
    assert written(formula) == text


def test_of_a_range_the_likely_value_is_calculated_with():
    assert written("hours * hourly", hours=spread(20, 25, 30)) == "25 hours a week × € 40"


def test_an_undecided_condition_is_written_out_with_labels():
    unknown = Unknown(Reason.DOES_NOT_KNOW, ("kind",))

    assert written('kind == "mail" ? hours : hours', kind=unknown) == (
        "25 hours a week if What sort of orders? is Mail, otherwise 25 hours a week"
    )


def test_the_steps_name_what_was_read_and_how_it_was_calculated():
    yearly = FormulaSpec("yearly", "Hours a year", "hours * 46", unit="hours")
    plan, evaluation = run("yearly * hourly", more=(yearly,), hours=spread(20, 25, 30))

    assert [(step.label, step.text) for step in steps(plan, evaluation, plan.formulas[-1], "EUR")] == [
        ("How many hours a week?", "20 to 30 hours a week, likely 25"),
        ("Hours a year", "25 hours a week × 46 = 920 to 1,380 hours, likely 1,150"),
        ("What does an hour cost?", "€ 40"),
    ]


def test_nothing_that_is_calculated_with_points_is_written_out():
    weight = FormulaSpec("weight", "Weight", "points_of_kind * hours", unit="hours")
    plan, evaluation = run("weight * hourly", more=(weight,))

    assert calculation(plan, plan.formulas[0], evaluation.facts, "EUR") == ""
    assert calculation(plan, plan.formulas[1], evaluation.facts, "EUR") == "50 hours × € 40"
    assert [(step.label, step.text) for step in steps(plan, evaluation, plan.formulas[1], "EUR")] == [
        ("How many hours a week?", "25 hours a week"),
        ("Weight", "50 hours"),
        ("What does an hour cost?", "€ 40"),
    ]


# --- The whole -------------------------------------------------------------------------------------


def summarised(findings=(), notes=None, document=None, **answers):
    plan = compile_template(document or small_template())
    given = ANSWERS | answers
    given = {key: value for key, value in given.items() if value is not None}
    return summary_of(plan, evaluate(plan, given, {}, TODAY), given, findings, notes or {}, "EUR")


def test_the_summary_has_problem_and_cause_with_notes_and_nothing_of_other_sections():
    summary = summarised(notes={"severity": "Every Monday.", "fitting": "We can do it."})

    assert [(one.question, one.answer, one.note) for one in summary.problem] == [
        ("severity?", "8 on a scale from 0 to 10", "Every Monday."),
        ("What sort of orders?", "Mail", ""),
    ]
    assert [(one.question, one.answer) for one in summary.cause] == [
        ("proven?", "7 on a scale from 0 to 10"),
        ("Which mailbox?", "orders@"),
    ]
    assert "We can do it." not in str(summary)
    assert "fitting" not in str(summary)


def test_what_is_hidden_or_was_not_asked_is_left_out_and_what_is_not_known_is_said():
    summary = summarised(kind="edi", severity=Unknown(Reason.DOES_NOT_KNOW, ("severity",)), proven=None)

    assert [(one.question, one.answer) for one in summary.problem] == [
        ("severity?", "Not known"),
        ("What sort of orders?", "EDI"),
    ]
    assert summary.cause == ()


def test_the_cost_is_written_out_low_likely_and_high():
    summary = summarised()

    [line] = summary.cost.lines
    assert (line.label, line.calculation) == ("Typing", "25 hours × € 40 × 46")
    assert (line.low, line.likely, line.high, line.exact) == ("€ 36,800", "€ 46,000", "€ 55,200", False)
    assert (summary.cost.low, summary.cost.likely, summary.cost.high) == ("€ 36,800", "€ 46,000", "€ 55,200")
    assert summary.cost.complete


def test_a_cost_that_is_not_known_says_what_is_missing_and_leaves_the_high_end_open():
    unknown = Unknown(Reason.DOES_NOT_KNOW, ("hourly",))
    document = small_template(
        formulas=(
            FormulaSpec("typing", "Typing", "hours * hourly * 46", cost_item=True, benchmark="Others: 30,000"),
            FormulaSpec("waiting", "Waiting", "hours * 10", cost_item=True),
        )
    )
    summary = summarised(document=document, hourly=unknown)

    typing, waiting = summary.cost.lines
    assert (typing.known, typing.missing, typing.benchmark) == (False, ("What does an hour cost?",), "Others: 30,000")
    assert (waiting.low, waiting.likely, waiting.high) == ("€ 200", "€ 250", "€ 300")
    assert (summary.cost.low, summary.cost.likely, summary.cost.high) == ("€ 200", "€ 250", "")
    assert not summary.cost.complete


def test_urgency_at_the_start_and_the_end():
    summary = summarised(urgency_after=None)

    assert summary.urgency_question == "How urgent is it for you?"
    assert (summary.urgency_before, summary.urgency_after) == ("6 on a scale from 0 to 10", "")


def test_findings_are_a_tree_of_why_with_drivers_and_criteria_beside_it():
    found = (
        FoundOut(1, None, "symptom", "Customers call."),
        FoundOut(2, 1, "problem", "Orders are late."),
        FoundOut(3, 2, "cause", "They are typed twice."),
        FoundOut(4, None, "driver", "Growing abroad."),
        FoundOut(5, None, "criterion", "Runs by June."),
        FoundOut(6, 1, "problem", "Some get lost."),
        FoundOut(7, 99, "cause", "Its parent is gone."),
    )

    summary = summarised(found)

    assert summary.whys == (
        Why(
            "symptom",
            "Customers call.",
            (
                Why("problem", "Orders are late.", (Why("cause", "They are typed twice.", ()),)),
                Why("problem", "Some get lost.", ()),
            ),
        ),
        Why("cause", "Its parent is gone.", ()),
    )
    assert (summary.drivers, summary.criteria) == (("Growing abroad.",), ("Runs by June.",))


def test_a_chain_of_causes_however_long_loses_nothing_and_nests_no_deeper_than_a_page_shows():
    chain = [FoundOut(i, i - 1 or None, "cause", f"w{i}") for i in range(1, 300)]

    whys = whys_of(chain)

    text = str(whys)
    assert all(f"'w{i}'" in text for i in range(1, 300))
    depth, level = 0, whys
    while level:
        depth, level = depth + 1, level[0].because
    assert depth == 8


# --- The offer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Zorblatt", "We like zorblatt, ZORBLATT and Zorblatts.", "We like …, … and Zorblatts."),
        ("Zorblatt Cloud", "The zorblatt-cloud; a cloud.", "The …; a …."),
        ("Order automation", "Automation of every order", "… of every order"),  # the questions speak of an order
        ("Order automation", "ORDER  AUTOMATION", "…"),
        ("Suite 46", "Suite 46 for 46 people", "… for 46 people"),
        ("The art of (it)", "the art of it", "…"),
        ("C++", "c and C++", "… and …++"),
        ("", "Nothing is left out.", "Nothing is left out."),
        ("Größe", "GRÖSSE, größe, Größen", "GRÖSSE, …, Größen"),
    ],
)
def test_the_words_of_the_offers_name_are_left_out(name, text, left):
    assert without_offer(name, "What sort of order is it? Do you like Cloud?")(text) == left


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [("Order Rocket", "How do orders come in?", "for an order"), ("Orders Rocket", "Which order?", "for all orders")],
)
def test_a_word_that_the_questions_use_in_another_number_stays(name, asked, said):
    assert without_offer(name, asked)(f"Rocket {said}") == f"… {said}"


def test_no_text_that_somebody_wrote_holds_the_offers_name():
    document = small_template(
        formulas=(
            FormulaSpec("typing", "Automation saves", "hours * hourly * 46", cost_item=True, benchmark="automation: 1"),
        ),
        urgency_question="How urgent is Automation?",
    )
    summary = summarised(
        (FoundOut(1, None, "cause", "No automation."), FoundOut(2, None, "driver", "AUTOMATION!")),
        {"severity": "They want automation"},
        document,
        which_mail="automation@",
    )

    assert "automation" not in str(summary).lower()


SECRET = "zebra-secret"


def planted(plan):
    """The same document with a secret word in everything that is internal."""
    from assessments.domain.template import ConditionSpec

    document = plan.document
    return replace(
        document,
        name=SECRET,
        offer=replace(document.offer, name=SECRET),
        sections=tuple(
            replace(
                s,
                title=SECRET,
                guidance=SECRET,
                questions=tuple(replace(q, why_we_ask=SECRET, listen_for=SECRET) for q in s.questions),
            )
            for s in document.sections
        ),
        verdict=replace(
            document.verdict,
            **{
                name: tuple(ConditionSpec(SECRET, one.rule) for one in getattr(document.verdict, name))
                for name in ("good_problem", "will_act", "justifies")
            },
        ),
        stall_risks=tuple(replace(risk, label=SECRET, what_to_do=SECRET) for risk in document.stall_risks),
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_was_answered_the_summary_says_nothing_internal(data):
    plan = compile_template(planted(data.draw(plans())))
    answers, known = data.draw(answers_to(plan)), data.draw(facts())
    evaluation = evaluate(plan, answers, known, TODAY)
    notes = dict.fromkeys(plan.questions, f"Our {SECRET} helps.")

    summary = summary_of(plan, evaluation, answers, [FoundOut(1, None, "cause", SECRET)], notes, "EUR")

    assert SECRET not in str(summary)
    assert "zebra" not in str(summary)
    assert len(summary.cost.lines) == sum(formula.cost_item for formula in plan.formulas)
