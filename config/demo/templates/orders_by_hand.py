"""The guided diagnosis of Meridian Systems: orders that are typed a second time."""

from decimal import Decimal

from assessments.domain.template import (
    Dimension,
    Expected,
    FormulaSpec,
    OfferSpec,
    QuestionSpec,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    default_verdict,
)
from config.demo.schemas import ATTRIBUTES
from config.demo.templates.building import URGENCY, T, choice, number, scale, yes_no
from leads.domain.qualification import Decision
from leads.domain.rules import Range

ORDERS_BY_HAND = TemplateDocument(
    key="orders_by_hand",
    name="Orders typed by hand",
    attributes=ATTRIBUTES,
    urgency_question=URGENCY,
    offer=OfferSpec(
        name="Order automation",
        price=Range(Decimal(18000), Decimal(21000), Decimal(24000)),
        recoverable_share=Range(Decimal(60), Decimal(70), Decimal(80)),
        required_return=Decimal(2),
    ),
    sections=(
        SectionSpec(
            Dimension.PROBLEM,
            "What goes wrong",
            (
                choice(
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
                scale(
                    "how_often_wrong",
                    "How much do wrong or late orders disturb your week, from 0 to 10?",
                    required=True,
                    listen_for="The last time it happened, and who had to calm the customer.",
                ),
                yes_no("customers_notice", "Have customers complained about it in the last three months?", 4, 0),
            ),
            guidance="Let them tell one order's way through the house, from the message to the delivery.",
        ),
        SectionSpec(
            Dimension.CAUSE,
            "Why it goes wrong",
            (
                choice(
                    "why_typed",
                    "Why are orders typed again instead of being taken over?",
                    ("no_interface", "The systems do not speak to each other", 4),
                    ("no_rules", "Every customer orders differently", 3),
                    ("habit", "It has always been done so", 1),
                    required=True,
                    why_we_ask="We remove missing interfaces and missing rules, not habits.",
                ),
                yes_no("cause_tried", "Has anybody tried to change that before?", 1, 3),
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
                number(
                    "hours",
                    "How many hours a week go into typing and correcting orders?",
                    "hours",
                    2000,
                    attribute="hours_lost_per_week",
                    required=True,
                    listen_for="A range is fine: ask for the least, the usual and the worst week.",
                ),
                number(
                    "hourly_cost", "What does one of these hours cost you, all in?", "", 500, T.MONEY, required=True
                ),
                yes_no("credits_given", "Do you give credits or send replacements for wrong orders?", 2, 0),
                number(
                    "credit_per_month",
                    "What do these credits and replacements come to in a month?",
                    "",
                    1_000_000,
                    T.MONEY,
                    show_when="credits_given",
                    if_hidden="0",
                ),
                number(
                    "orders_lost_per_year",
                    "What revenue do you think is lost in a year because orders take too long?",
                    "",
                    100_000_000,
                    T.MONEY,
                    why_we_ask="Nobody knows it exactly, and the guess shows how large they think it is.",
                ),
                yes_no(
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
                scale(
                    "pressure", "How strongly is somebody above you asking for a change, from 0 to 10?", required=True
                ),
                choice(
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
                choice(
                    "system",
                    "Which system do orders end up in?",
                    ("supported", "One of the common ones", 4),
                    ("own", "Our own development", 2),
                    ("paper", "None, we work on paper", 0),
                    required=True,
                ),
                yes_no(
                    "sponsor",
                    "Is there somebody who suffers from it and may change it?",
                    4,
                    0,
                    attribute="sponsor_known",
                ),
                yes_no("it_has_time", "Can your IT spare a person for it within three months?", 3, 0),
                choice(
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
        FormulaSpec(
            "typing_cost",
            "Typing and correcting",
            "hours * hourly_cost * 46",
            cost_item=True,
            benchmark="Comparable houses report 8 to 12 minutes an order.",
        ),
        FormulaSpec("credits_cost", "Credits and replacements", "credit_per_month * 12", cost_item=True),
        FormulaSpec(
            "lost_margin",
            "Margin of lost orders",
            "orders_lost_per_year * 0.2",
            cost_item=True,
            benchmark="Counted with a margin of 20 %.",
        ),
        FormulaSpec("jobs", "Jobs spent on typing", "round(hours / 38, 1)", unit="jobs"),
    ),
    verdict=default_verdict(Decimal(50000)),
    stall_risks=(
        StallRiskSpec(
            "no_sponsor",
            "Nobody who suffers may change it",
            "not sponsor",
            blocking=True,
            what_to_do="Find out who pays for the wrong orders, and talk to that person next.",
        ),
        StallRiskSpec(
            "unclear_decision",
            "Unclear how they decide",
            'decides == "unclear"',
            what_to_do="Walk through the last decision of this size with them, step by step.",
        ),
        StallRiskSpec(
            "no_it_time",
            "Their IT has no time",
            "not it_has_time",
            what_to_do="Offer a first step that needs no IT, and agree on a date for the second.",
        ),
    ),
    test_cases=(
        TestCase(
            "A severe problem with a sponsor",
            answers=(
                ("how_orders_arrive", "email"),
                ("how_often_wrong", "9"),
                ("customers_notice", True),
                ("why_typed", "no_interface"),
                ("cause_tried", False),
                ("hours", {"low": "60", "likely": "70", "high": "80"}),
                ("hourly_cost", "45"),
                ("credits_given", False),
                ("orders_lost_per_year", "100000"),
                ("cost_confirmed", True),
                ("relief", "2026-03-01"),
                ("pressure", "8"),
                ("if_nothing", "lose_customers"),
                ("system", "supported"),
                ("sponsor", True),
                ("it_has_time", True),
                ("decides", "one"),
            ),
            facts=(),
            expected=Expected(good_problem=Decision.YES, will_act=Decision.YES),
        ),
    ),
)
