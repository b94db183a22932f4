"""What is faulted in a question, where, and what to ask instead."""

import re

import pytest

from leads.domain.questioning import RULES, Finding, Severity, errors, lint


def rules_of(text, **more):
    return [finding.rule for finding in lint(text, **more)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_example_of_a_rule_is_faulted_by_it(rule):
    found = [finding for finding in lint(rule.example) if finding.rule == rule.id]
    assert [(finding.severity, finding.reason) for finding in found] == [(rule.severity, rule.reason)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_suggests_is_a_good_question(rule):
    for finding in lint(rule.example):
        asked = re.findall(r"“(.+?)”", finding.suggestion) or [finding.suggestion]
        assert [lint(question) for question in asked] == [()] * len(asked)
        assert all(question.endswith("?") for question in asked)


def test_the_rules_are_known_by_these_names():
    assert [(rule.id, rule.severity.value) for rule in RULES] == [
        ("own-product", "error"),
        ("switch-vendor", "error"),
        ("when-do-you-order", "error"),
        ("push-to-close", "error"),
        ("feature-wish-list", "error"),
        ("budget-for-product", "error"),
        ("what-do-you-need", "error"),
        ("interested-in", "error"),
        ("solution-assumed", "error"),
        ("leading", "error"),
        ("double-question", "error"),
        ("hypothetical", "warning"),
        ("yes-or-no-for-a-number", "warning"),
        ("jargon", "warning"),
        ("too-long", "warning"),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("What do you need?", "what-do-you-need"),
        ("When will you order?", "when-do-you-order"),
        ("When do you want to buy?", "when-do-you-order"),
        ("What would cause you to change vendors?", "switch-vendor"),
        ("Wouldn't our platform save you time?", "own-product"),
        ("Would you like to see a demo?", "own-product"),
        ("Don't you agree that this must stop?", "leading"),
        ("This takes long, right?", "leading"),
        ("How many hours does it take and who does it?", "double-question"),
        ("What is your budget for a CRM?", "budget-for-product"),
        ("Which features are important to you?", "feature-wish-list"),
        ("Are you interested in a cheaper tariff?", "interested-in"),
        ("What would it take to sign this month?", "push-to-close"),
        ("How would a new tool help?", "solution-assumed"),
    ],
)
def test_a_pitch_is_faulted_by_its_rule(text, rule):
    assert rule in [finding.rule for finding in errors(lint(text))]


@pytest.mark.parametrize(
    "text",
    [
        "What happens when an order is typed wrongly?",
        "How many hours a week go into retyping orders?",
        "By when must this be solved?",
        "Who types and checks the orders?",
        "What happens if nothing changes?",
        "Who loses sleep over it?",
        "What have you tried so far?",
        "Which vendor do you use today?",
        "Who decides which orders are urgent?",
        "What did you order by mistake last month?",
        "What do your customers need to do after a wrong delivery?",
        "How do you choose which invoices get checked?",
        "On a scale of 0 to 10, how urgent is it?",
        "severity?",
        "severity",
        "",
        "   ",
        "?",
    ],
)
def test_a_question_about_the_problem_is_not_faulted(text):
    assert lint(text) == ()


def test_names_of_several_words_are_faulted_as_whole_words_in_any_case():
    assert rules_of("How well do you know Order  Desk?") == []
    assert rules_of("How well do you know order\ndesk?", own_names=["Order Desk"]) == ["own-product"]
    assert rules_of("Who sits at the order desks?", own_names=["Order Desk"]) == []
    assert rules_of("What goes wrong?", own_names=["", " "]) == []
    assert rules_of("Who pays for A+ (gold)?", own_names=["A+ (gold)"]) == ["own-product"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Orders", "How many orders are typed by hand?"),
        ("Orders", "Orders: how many are typed by hand?"),
        ("Pulse", "Think of the form. Pulse: who fills it in?"),
        ("orders", "How many orders are typed by hand?"),
        ("Cost", "What does it cost you in a year?"),
        ("IT", "Who repairs IT when it fails?"),
        ("IT", "What happens when it fails?"),
        ("CRM", "Which CRM holds the addresses?"),
        ("Pulse", "Who takes the pulse of the patients?"),
        ("Pulse", "“Pulse” stands on the form; who fills it in?"),
        ("Fleetmind", "Who belongs to the Fleetminders?"),
    ],
)
def test_a_name_that_reads_like_an_ordinary_word_faults_no_question_about_the_problem(name, text):
    assert rules_of(text, own_names=[name]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pulse", "How do you get on with Pulse?"),
        ("Pulse", "What is Pulse’s share of it?"),
        ("Pulse", "How, by the way, is Pulse?"),
        ("PayFlow", "PayFlow: how is it going?"),
        ("Desk3", "Desk3: how is it going?"),
        ("Fleetmind", "What goes wrong in Fleetmind?"),
        ("Fleetmind", "What goes wrong in Fl\u0435\u0435tmind?"),
        ("Fl\u0435etmind", "What goes wrong in Fleetmind?"),
    ],
)
def test_a_name_that_is_no_ordinary_word_is_faulted(name, text):
    assert rules_of(text, own_names=[name]) == ["own-product"]


def test_a_letter_that_only_looks_latin_hides_no_word():
    text = "What d\u043e you n\u0435ed?"
    (found,) = lint(text)
    assert (found.rule, found.start, found.length) == ("what-do-you-need", 0, len("What do you need"))


def test_a_finding_says_where_it_is():
    text = "So, what is it that goes wrong? Are you interested in less paper?"
    assert lint(text)[0] == Finding(
        "interested-in",
        Severity.ERROR,
        "It asks for interest in something to buy, which is polite to affirm and says nothing of a problem.",
        "How often does this go wrong?",
        text.index("you interested"),
        len("you interested"),
    )


def test_the_place_is_right_behind_signs_of_more_than_one_byte():
    text = "Größe 😀: wouldn’t it help?"
    found = next(finding for finding in lint(text) if finding.rule == "leading")
    assert text[found.start : found.start + found.length] == ": wouldn’t it"


def test_a_double_question_is_taken_apart_into_its_own_words():
    text = "How many hours does it take, and who does it?"
    (found,) = lint(text)
    assert found.suggestion == "“How many hours does it take?” Then, on its own: “Who does it?”"
    assert text[found.start : found.start + found.length] == "who does it?"
    (found,) = lint("Why did it fail? Who was blamed?")
    assert found.suggestion == "“Why did it fail?” Then, on its own: “Who was blamed?”"


def test_the_suggestion_for_a_vendor_uses_the_word_of_the_question():
    (found,) = lint("What would make you leave your bank?")
    assert found.suggestion == "What goes wrong today that your bank cannot prevent?"


@pytest.mark.parametrize(
    "text",
    [
        "Who types and checks the orders?",
        "Do customers and partners see the same stock?",
        "Who knows how the prices are made and where they are kept?",
        "What happens when a shift ends and the next one begins?",
        "If a driver is ill and nobody steps in, what happens to the tour?",
        "Is it a matter of training or of equipment?",
        "Why now and not last year?",
    ],
)
def test_what_asks_one_thing_is_no_double_question(text):
    assert "double-question" not in rules_of(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Would you use a shared list for it?", "hypothetical"),
        ("Does it happen often?", "yes-or-no-for-a-number"),
        ("What are your pain points?", "jargon"),
        ("How " + "many " * 30 + "orders?", "too-long"),
    ],
)
def test_weaker_faults_only_warn(text, rule):
    (found,) = lint(text)
    assert (found.rule, found.severity, errors([found])) == (rule, Severity.WARNING, ())


def test_thirty_words_are_not_too_long():
    assert lint("How " + "many " * 28 + "orders?") == ()


@pytest.mark.parametrize(("language", "found"), [("en", 1), ("en-GB", 1), ("EN", 1), ("de", 0), ("", 0), ("eng", 0)])
def test_only_english_is_looked_at(language, found):
    assert len(lint("What do you need?", language=language)) == found


def test_of_a_text_without_end_only_the_beginning_is_looked_at():
    assert rules_of("a " * 5_000 + "What do you need?") == ["too-long"]
    assert rules_of("What do you need? " + "a " * 5_000) == ["what-do-you-need"]


def test_of_a_question_that_pitches_nothing_weaker_is_told():
    assert rules_of("Would you like to see a demo?") == ["own-product", "interested-in"]
