"""The guided diagnosis of each demo business: what to ask before anybody speaks of a product."""

from decimal import Decimal
from typing import Any

from assessments.domain.template import (
    ConditionSpec,
    Dimension,
    Expected,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
    default_verdict,
)
from config.demo.schemas import ATTRIBUTES
from leads.domain.qualification import Decision
from leads.domain.rules import Range

T = QuestionType
URGENCY = "From 0 to 10: how urgent is it for you that this stops?"


def _choice(key: str, text: str, *options: tuple[str, str, int], **more: Any) -> QuestionSpec:
    specs = tuple(OptionSpec(code, label, Decimal(points)) for code, label, points in options)
    return QuestionSpec(key, text, T.SINGLE_CHOICE, options=specs, **more)


def _yes_no(key: str, text: str, yes: int, no: int, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, T.YES_NO, points_yes=Decimal(yes), points_no=Decimal(no), **more)


def _scale(key: str, text: str, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, T.SCALE, minimum=Decimal(0), maximum=Decimal(10), scored=True, **more)


def _number(key: str, text: str, unit: str, most: int, kind: QuestionType = T.NUMBER, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, kind, unit=unit, minimum=Decimal(0), maximum=Decimal(most), **more)


ORDERS_BY_HAND = TemplateDocument(
    key="orders_by_hand",
    name="Orders typed by hand",
    attributes=ATTRIBUTES,
    urgency_question=URGENCY,
    offer=OfferSpec(
        name="Order automation",
        price=Range(Decimal(36000), Decimal(42000), Decimal(48000)),
        recoverable_share=Range(Decimal(60), Decimal(70), Decimal(80)),
        required_return=Decimal(2),
    ),
    sections=(
        SectionSpec(
            Dimension.PROBLEM,
            "What goes wrong",
            (
                _choice(
                    "how_orders_arrive",
                    "How do orders reach you today?",
                    ("email", "Mostly by e-mail", 3),
                    ("phone", "Mostly by phone", 2),
                    ("portal", "Through a portal that we type over", 3),
                    ("edi", "Directly from system to system", 0),
                    required=True,
                    why_we_ask="Where orders are typed a second time is where time and errors come from.",
                    listen_for="Who types, when, and what waits meanwhile.",
                ),
                _scale(
                    "how_often_wrong",
                    "How much do wrong or late orders disturb your week, from 0 to 10?",
                    required=True,
                    listen_for="The last time it happened, and who had to calm the customer.",
                ),
                _yes_no("customers_notice", "Have customers complained about it in the last three months?", 4, 0),
            ),
            guidance="Let them tell one order's way through the house, from the message to the delivery.",
        ),
        SectionSpec(
            Dimension.CAUSE,
            "Why it goes wrong",
            (
                _choice(
                    "why_typed",
                    "Why are orders typed again instead of being taken over?",
                    ("no_interface", "The systems do not speak to each other", 4),
                    ("no_rules", "Every customer orders differently", 3),
                    ("habit", "It has always been done so", 1),
                    required=True,
                    why_we_ask="We remove missing interfaces and missing rules, not habits.",
                ),
                _yes_no("cause_tried", "Has anybody tried to change that before?", 1, 3),
                QuestionSpec(
                    "why_failed",
                    "What made that attempt fail?",
                    T.TEXT,
                    show_when="cause_tried",
                    if_hidden="nothing tried",
                    listen_for="People or technology: we can mend the second.",
                ),
            ),
        ),
        SectionSpec(
            Dimension.COST,
            "What it costs",
            (
                _number(
                    "hours",
                    "How many hours a week go into typing and correcting orders?",
                    "hours",
                    2000,
                    attribute="hours_lost_per_week",
                    required=True,
                    listen_for="A range is fine: ask for the least, the usual and the worst week.",
                ),
                _number("hourly_cost", "What does one of these hours cost you, all in?", "", 500, T.MONEY, required=True),
                _yes_no("credits_given", "Do you give credits or send replacements for wrong orders?", 2, 0),
                _number(
                    "credit_per_month",
                    "What do these credits and replacements come to in a month?",
                    "",
                    1_000_000,
                    T.MONEY,
                    show_when="credits_given",
                    if_hidden="0",
                ),
                _number(
                    "orders_lost_per_year",
                    "What revenue do you think is lost in a year because orders take too long?",
                    "",
                    100_000_000,
                    T.MONEY,
                    why_we_ask="Nobody knows it exactly, and the guess shows how large they think it is.",
                ),
                _yes_no(
                    "cost_confirmed",
                    "We have added this up together. Is that what it costs you?",
                    4,
                    0,
                    required=True,
                    why_we_ask="A cost that the prospect does not own moves nobody.",
                ),
            ),
            guidance="Write every number down with them. It is their cost, not our estimate.",
        ),
        SectionSpec(
            Dimension.URGENCY,
            "Why it must end",
            (
                QuestionSpec(
                    "relief",
                    "By when must it have stopped, and what happens otherwise?",
                    T.DATE,
                    attribute="relief_needed_by",
                    required=True,
                ),
                _scale("pressure", "How strongly is somebody above you asking for a change, from 0 to 10?", required=True),
                _choice(
                    "if_nothing",
                    "What happens if nothing changes for a year?",
                    ("lose_customers", "We lose customers", 4),
                    ("hire", "We hire more people", 3),
                    ("nothing", "Nothing much", 0),
                    required=True,
                ),
            ),
        ),
        SectionSpec(
            Dimension.FIT,
            "Whether we can remove the cause",
            (
                _choice(
                    "system",
                    "Which system do orders end up in?",
                    ("supported", "One of the common ones", 4),
                    ("own", "Our own development", 2),
                    ("paper", "None, we work on paper", 0),
                    required=True,
                ),
                _yes_no("sponsor", "Is there somebody who suffers from it and may change it?", 4, 0, attribute="sponsor_known"),
                _yes_no("it_has_time", "Can your IT spare a person for it within three months?", 3, 0),
                _choice(
                    "decides",
                    "How was the last decision of this size made?",
                    ("one", "One person decided", 3),
                    ("board", "A board decided", 2),
                    ("unclear", "It was never quite clear", 0),
                ),
            ),
        ),
    ),
    formulas=(
        FormulaSpec("typing_cost", "Typing and correcting", "hours * hourly_cost * 46", cost_item=True,
                    benchmark="Comparable houses report 8 to 12 minutes an order."),
        FormulaSpec("credits_cost", "Credits and replacements", "credit_per_month * 12", cost_item=True),
        FormulaSpec("lost_margin", "Margin of lost orders", "orders_lost_per_year * 0.2", cost_item=True,
                    benchmark="Counted with a margin of 20 %."),
        FormulaSpec("jobs", "Jobs spent on typing", "hours / 38", unit="jobs"),
    ),
    verdict=default_verdict(Decimal(50000)),
    stall_risks=(
        StallRiskSpec("no_sponsor", "Nobody who suffers may change it", "not sponsor", blocking=True,
                      what_to_do="Find out who pays for the wrong orders, and talk to that person next."),
        StallRiskSpec("unclear_decision", "Unclear how they decide", 'decides == "unclear"',
                      what_to_do="Walk through the last decision of this size with them, step by step."),
        StallRiskSpec("no_it_time", "Their IT has no time", "not it_has_time",
                      what_to_do="Offer a first step that needs no IT, and agree on a date for the second."),
    ),
    test_cases=(
        TestCase(
            "A severe problem with a sponsor",
            answers=(
                ("how_orders_arrive", "email"), ("how_often_wrong", "9"), ("customers_notice", True),
                ("why_typed", "no_interface"), ("cause_tried", False),
                ("hours", {"low": "60", "likely": "70", "high": "80"}), ("hourly_cost", "45"),
                ("credits_given", False), ("orders_lost_per_year", "100000"), ("cost_confirmed", True),
                ("relief", "2026-03-01"), ("pressure", "8"), ("if_nothing", "lose_customers"),
                ("system", "supported"), ("sponsor", True), ("it_has_time", True), ("decides", "one"),
            ),
            facts=(),
            expected=Expected(good_problem=Decision.YES, will_act=Decision.YES),
        ),
    ),
)  # fmt: skip

FEW_CUSTOMERS = TemplateDocument(
    key="few_customers",
    name="Too few new customers",
    attributes=ATTRIBUTES,
    urgency_question=URGENCY,
    offer=OfferSpec(
        name="A year of marketing",
        price=Decimal(9600),
        recoverable_share=Range(Decimal(30), Decimal(45), Decimal(60)),
        required_return=Decimal("1.5"),
    ),
    sections=(
        SectionSpec(
            Dimension.PROBLEM,
            "What goes wrong",
            (
                _choice(
                    "how_full",
                    "How full is your order book for the next three months?",
                    ("empty", "Less than half", 5),
                    ("half", "About half", 3),
                    ("full", "Full", 0),
                    required=True,
                    listen_for="Whether they know it, or guess.",
                ),
                _scale("worry", "How often do you worry about where the next customers come from, from 0 to 10?"),
                _yes_no("regulars_leave", "Have regular customers stayed away in the last year?", 3, 0),
            ),
        ),
        SectionSpec(
            Dimension.CAUSE,
            "Why it goes wrong",
            (
                _choice(
                    "how_found",
                    "How did your last five customers find you?",
                    ("word", "By word of mouth", 2),
                    ("search", "They searched for it", 3),
                    ("unknown", "I do not know", 4),
                    required=True,
                    why_we_ask="What brings customers today is what can be made to bring more.",
                ),
                _yes_no("asks_reviews", "Do you ask content customers to recommend you?", 0, 4, required=True),
                _choice(
                    "answers_inquiries",
                    "How soon does somebody answer an inquiry?",
                    ("hours", "Within hours", 1),
                    ("days", "Within days", 3),
                    ("nobody", "Some are never answered", 4),
                ),
            ),
        ),
        SectionSpec(
            Dimension.COST,
            "What it costs",
            (
                _number("customer_worth", "What does a customer bring you in a year?", "", 1_000_000, T.MONEY, required=True),
                _number("customers_short", "How many customers a year are you short of?", "customers", 10_000, required=True),
                _yes_no("empty_capacity", "Do people or rooms stand idle because of it?", 3, 0),
                _number(
                    "idle_cost",
                    "What does that idle time cost you in a month?",
                    "",
                    1_000_000,
                    T.MONEY,
                    show_when="empty_capacity",
                    if_hidden="0",
                ),
                _number(
                    "wasted_spend",
                    "How much of what you spend on advertising in a month brings nothing?",
                    "",
                    1_000_000,
                    T.MONEY,
                ),
                _yes_no("cost_confirmed", "We have added this up together. Is that what it costs you?", 4, 0, required=True),
            ),
        ),
        SectionSpec(
            Dimension.URGENCY,
            "Why it must end",
            (
                _scale("pressure", "How long can you go on like this, from 10 (not at all) to 0 (for years)?", required=True),
                QuestionSpec(
                    "relief",
                    "By when must it have changed?",
                    T.DATE,
                    attribute="relief_needed_by",
                    required=True,
                ),
            ),
        ),
        SectionSpec(
            Dimension.FIT,
            "Whether we can remove the cause",
            (
                _yes_no("can_serve_more", "Could you serve more customers tomorrow?", 5, 0, required=True),
                _yes_no("owner_takes_part", "Would you spend an hour a week on it yourself?", 4, 0, required=True),
                _choice(
                    "tried_before",
                    "What came of the marketing that you tried before?",
                    ("worked", "It worked, and then stopped", 3),
                    ("never", "Never tried any", 2),
                    ("burnt", "It cost money and brought nothing", 1),
                ),
            ),
        ),
    ),
    formulas=(
        FormulaSpec("missing_customers", "Customers who do not come", "customers_short * customer_worth", cost_item=True),
        FormulaSpec("idle", "Idle people and rooms", "idle_cost * 12", cost_item=True),
        FormulaSpec("wasted", "Advertising without effect", "wasted_spend * 12", cost_item=True,
                    benchmark="Small businesses often find that half of it brings nothing."),
    ),
    verdict=VerdictSpec(
        act_from=Decimal(10000),
        good_problem=(
            ConditionSpec("The problem is severe enough", "problem_score >= 50"),
            ConditionSpec("The cause is one that we remove", "cause_score >= 40"),
            ConditionSpec("They can serve more customers", "fit_score >= 60"),
        ),
        will_act=default_verdict(Decimal(10000)).will_act,
        justifies=default_verdict(Decimal(10000)).justifies,
    ),
    stall_risks=(
        StallRiskSpec("no_time", "The owner has no time for it", "not owner_takes_part", blocking=True,
                      what_to_do="Ask what would have to be dropped for it; without that hour nothing will change."),
        StallRiskSpec("burnt", "Bad experience with marketing", 'tried_before == "burnt"',
                      what_to_do="Let them tell what was promised then, and agree on what will be measured now."),
    ),
    test_cases=(
        TestCase(
            "Nobody to serve more customers",
            answers=(
                ("how_full", "full"), ("worry", "1"), ("regulars_leave", False),
                ("how_found", "word"), ("asks_reviews", True), ("answers_inquiries", "hours"),
                ("customer_worth", "400"), ("customers_short", "5"), ("empty_capacity", False), ("cost_confirmed", True),
                ("pressure", "2"), ("relief", "2026-06-01"),
                ("can_serve_more", False), ("owner_takes_part", False), ("tried_before", "never"),
            ),
            facts=(),
            expected=Expected(good_problem=Decision.NO),
        ),
    ),
)  # fmt: skip
