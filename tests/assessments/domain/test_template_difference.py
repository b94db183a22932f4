"""What two templates differ in: everything that is different, and nothing that only is written differently."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.template import (
    Advice,
    Expected,
    FormulaBand,
    OptionSpec,
    Outlook,
    QuestionSpec,
    QuestionType,
    StallRiskSpec,
    TestCase,
)
from assessments.domain.template_difference import difference
from assessments.domain.template_document import read, write
from leads.domain.difference import Change, ChangeKind, Detail
from leads.domain.qualification import Decision
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec, Choice, ValueType
from tests.assessments.domain.strategies import documents
from tests.assessments.samples import small_template

EMPTY = {
    "minimum": Decimal(3),
    "maximum": Decimal(4),
    "points_yes": Decimal(1),
    "points_no": Decimal(1),
    "if_hidden": "1",
    "on": date(2026, 5, 1),
    "freshness_days": 7,
    "not_given": "1",
    "counts_days": 30,
    "good_problem": Decision.YES,
    "will_act": Decision.NO,
    "justifies": Decision.YES,
    "outlook": Outlook.BLOCKED,
    "advice": Advice.NURTURE,
}


def rich():
    """A template with something in every field."""
    base = small_template()
    problem = base.sections[0]
    severity = replace(
        problem.questions[0],
        minimum=Decimal(1),
        points_yes=Decimal(1),
        points_no=Decimal(0),
        unit="grades",
        attribute="hours_lost",
        show_when="employees > 3",
        if_hidden="2",
        wording_override="They call it so",
    )
    problem = replace(problem, guidance="Listen", questions=(severity, *problem.questions[1:]))
    case = TestCase(
        "Good",
        (("hours", "20"), ("kind", "mail"), ("urgency_before", "4")),
        (("employees", "10"),),
        Expected(
            Decision.YES,
            Decision.NO,
            Decision.UNKNOWN,
            None,
            Advice.ADVANCE,
            cost=(("low", Decimal(1)), ("high", None)),
            figures=(("typing", Decimal(3)),),
        ),
    )
    attributes = (
        *base.attributes,
        AttributeSpec(
            "employees", "Employees", ValueType.NUMBER, "How many?", "people", freshness_days=30, not_given="5"
        ),
        AttributeSpec("size", "Size", ValueType.CHOICE, choices=(Choice("a", "A"), Choice("b", "B"))),
    )
    return replace(
        base,
        attributes=attributes,
        sections=(problem, *base.sections[1:]),
        formulas=(
            replace(base.formulas[0], unit="EUR", benchmark="Others", bands=(FormulaBand("serious", Decimal(5)),)),
            replace(base.formulas[0], key="half", rule="typing / 2", cost_item=False),
        ),
        stall_risks=(
            replace(base.stall_risks[0], what_to_do="Find one"),
            StallRiskSpec("small", "Small", 'size == "a"'),
        ),
        test_cases=(case,),
        propose_when="employees > 10",
        currency="EUR",
    )


def variants(value, name=""):
    """Yield a thing with one of its fields changed, with where it was changed."""
    if isinstance(value, Range):
        yield "", Range(value.low, value.likely, value.high + 1)
    elif is_dataclass(value):
        for part in fields(value):
            for path, changed in variants(getattr(value, part.name), part.name):
                yield f"{part.name}{path}", replace(value, **{part.name: changed})
    elif isinstance(value, tuple) and name in PAIRS:
        if value:
            yield "[gone]", value[1:]
        for index, (key, part) in enumerate(value):
            yield f"[{index}]", (*value[:index], (key, _other(part, name)), *value[index + 1 :])
    elif isinstance(value, tuple):
        if value:
            yield "[gone]", value[1:]
        if len(value) > 1 and name != "attributes":
            yield "[turned]", value[::-1]
        for index, part in enumerate(value):
            for path, changed in variants(part, name):
                yield f"[{index}].{path}", (*value[:index], changed, *value[index + 1 :])
    else:
        yield "", _other(value, name)


PAIRS = {"answers", "facts", "cost", "figures"}


def _other(value, name):
    if value is None:
        return Decimal(7) if name in PAIRS else EMPTY.get(name, "x")
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        members = list(type(value))
        return members[(members.index(value) + 1) % len(members)]
    if isinstance(value, str):
        return f"{value}1"
    if isinstance(value, dict):
        return {"unknown": "does_not_know"}
    if isinstance(value, date):
        return value.replace(day=17)
    return value + 1 if isinstance(value, int | Decimal) else "x"


def silent(document):
    """Return where a change of one field is not told in one of the directions."""
    found = []
    for path, changed in variants(document):
        if not difference(document, changed) or not difference(changed, document):
            found.append(path)
    return found


def test_every_single_field_that_changes_is_told():
    assert silent(rich()) == []


@given(documents(), st.data())
def test_any_field_of_any_template_that_changes_is_told(document, data):
    found = [(path, changed) for path, changed in variants(document) if not path.startswith("attributes")]
    path, changed = data.draw(st.sampled_from(found))
    assert difference(document, changed) != (), path
    assert difference(changed, document) != (), path


@given(documents())
def test_a_template_does_not_differ_from_itself_as_it_is_read_back(document):
    assert difference(document, document) == ()
    assert difference(document, read(write(document))) == ()


@given(documents(), documents())
def test_what_is_told_one_way_is_told_the_other_way_round(one, other):
    there, back = difference(one, other), difference(other, one)
    assert {change.subject for change in there} == {change.subject for change in back}
    turned = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    assert sorted((change.subject, change.key, turned.get(change.kind, change.kind)) for change in there) == sorted(
        (change.subject, change.key, change.kind) for change in back
    )


def written_differently():
    base = rich()
    case = base.test_cases[0]
    unused = AttributeSpec("unused", "Unused", ValueType.TEXT)
    proven = base.sections[1].questions[0]
    ends = replace(proven, minimum=None, maximum=None)
    return {
        "numbers": replace(base, offer=replace(base.offer, price=Decimal("10000.00"))),
        "attributes in another order": replace(base, attributes=base.attributes[::-1]),
        "an attribute that nothing uses": replace(base, attributes=(*base.attributes, unused)),
        "answers in another order": replace(base, test_cases=(replace(case, answers=case.answers[::-1]),)),
        "blanks around a rule": replace(base, propose_when=" employees > 10 "),
        "the usual ends of a scale": replace(
            base,
            sections=(
                base.sections[0],
                replace(base.sections[1], questions=(ends, *base.sections[1].questions[1:])),
                *base.sections[2:],
            ),
        ),
    }


@pytest.mark.parametrize("what", written_differently())
def test_what_is_only_written_differently_is_not_told(what):
    assert difference(rich(), written_differently()[what]) == ()


def with_questions(document, index, *questions):
    sections = list(document.sections)
    sections[index] = replace(sections[index], questions=questions)
    return replace(document, sections=tuple(sections))


def test_a_question_that_stands_in_another_section_has_moved():
    base = small_template()
    severity, kind = base.sections[0].questions
    after = with_questions(base, 0, severity)
    after = with_questions(after, 1, *base.sections[1].questions, replace(kind, required=True))
    assert difference(base, after) == (
        Change(
            ChangeKind.CHANGED,
            "question",
            "kind",
            "What sort of orders?",
            (
                Detail("Place", "Problem, after “severity?”", "Cause, after “Which mailbox?”"),
                Detail("Required", "no", "yes"),
            ),
        ),
    )


def test_options_are_told_one_by_one():
    base = small_template()
    severity, kind = base.sections[0].questions
    mail, edi = kind.options
    options = (edi, replace(mail, points=Decimal(3)), OptionSpec("fax", "Fax"))
    [change] = difference(base, with_questions(base, 0, severity, replace(kind, options=options)))
    assert change.details == (
        Detail("Option mail", "Mail = 2", "Mail = 3"),
        Detail("Option fax", "", "Fax = 0"),
        Detail("Order of the options", "mail, edi", "edi, mail, fax"),
    )


def test_a_new_question_says_what_it_is():
    base = small_template()
    new = QuestionSpec("late", "How late?", QuestionType.NUMBER, unit="days")
    [change] = difference(base, with_questions(base, 0, *base.sections[0].questions, new))
    assert (change.kind, change.subject, change.label) == (ChangeKind.ADDED, "question", "How late?")
    assert Detail("Section", "", "Problem") in change.details
    assert Detail("Unit", "", "days") in change.details


def test_a_condition_that_is_called_otherwise_is_the_same_one():
    base = small_template()
    first, *rest = base.verdict.good_problem
    verdict = replace(base.verdict, good_problem=(replace(first, label="It hurts"), *rest))
    [change] = difference(base, replace(base, verdict=verdict))
    assert (change.kind, change.label) == (ChangeKind.CHANGED, "A good problem for us to solve: It hurts")
    assert change.details == (Detail("Label", "The problem is severe enough", "It hurts"),)


def test_a_test_case_is_told_in_the_words_of_its_questions():
    base = rich()
    case = base.test_cases[0]
    answers = (("hours", {"low": "1", "likely": "2", "high": "3"}), ("kind", "edi"))
    after = replace(case, answers=answers, expected=replace(case.expected, cost=(("low", None),)))
    [change] = difference(base, replace(base, test_cases=(after,)))
    assert change.details == (
        Detail("How many hours a week?", "20 hours", "1 – 2 – 3 hours"),
        Detail("What sort of orders?", "Mail", "EDI"),
        Detail("How urgent is it for you?", "4", ""),
        Detail("Cost must be, low", "1", "open"),
        Detail("Cost must be, high", "open", ""),
    )


def test_a_range_in_the_offer_is_told_with_its_ends():
    base = small_template()
    offer = replace(base.offer, price=Range(Decimal(9000), Decimal(10000), Decimal(12000)))
    [change] = difference(base, replace(base, offer=offer))
    assert change.details == (Detail("Price", "10000", "9000 – 10000 – 12000"),)


def with_rule(rule):
    base = small_template()
    formula = replace(base.formulas[0], rule=rule)
    return replace(base, formulas=(formula, *base.formulas[1:]))


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("hours * hourly * 46", "hours*hourly*46", True),
        ("hours * hourly * 46", " hours *\n  hourly * 46.0", True),
        ("kind == 'mail' ? 1 : 0", 'kind == "mail"?1:0', True),
        ("hours * hourly * 46", "hours * hourly * 47", False),
        ('kind == "a b" ? 1 : 0', 'kind == "ab" ? 1 : 0', False),
        ("hours * ", "hours *", True),
        ("hours $", "hours  $", False),
    ],
)
def test_a_rule_that_is_only_spaced_differently_is_the_same(before, after, same):
    assert (difference(with_rule(before), with_rule(after)) == ()) is same


def test_conditions_and_risks_that_are_only_spaced_differently_are_the_same():
    base = small_template()
    verdict = replace(
        base.verdict,
        good_problem=tuple(replace(spec, rule=spec.rule.replace(" ", "  ")) for spec in base.verdict.good_problem),
    )
    risks = tuple(replace(risk, rule=risk.rule.replace(" ", "  ")) for risk in base.stall_risks)
    assert difference(base, replace(base, verdict=verdict, stall_risks=risks)) == ()
