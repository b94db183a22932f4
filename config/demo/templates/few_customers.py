"""The guided diagnosis of Brightside: too few new customers."""

from decimal import Decimal

from assessments.domain.template import (
    ConditionSpec,
    Dimension,
    Expected,
    FormulaSpec,
    OfferSpec,
    QuestionSpec,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
    default_verdict,
)
from config.demo.schemas import ATTRIBUTES
from config.demo.templates.building import URGENCY, T, choice, number, scale, yes_no
from leads.domain.qualification import Decision
from leads.domain.rules import Range

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
                choice(
                    "how_full",
                    "How full is your order book for the next three months?",
                    ("empty", "Less than half", 5),
                    ("half", "About half", 3),
                    ("full", "Full", 0),
                    required=True,
                    listen_for="Whether they know it, or guess.",
                ),
                scale("worry", "How often do you worry about where the next customers come from, from 0 to 10?"),
                yes_no("regulars_leave", "Have regular customers stayed away in the last year?", 3, 0),
            ),
        ),
        SectionSpec(
            Dimension.CAUSE,
            "Why it goes wrong",
            (
                choice(
                    "how_found",
                    "How did your last five customers find you?",
                    ("word", "By word of mouth", 2),
                    ("search", "They searched for it", 3),
                    ("unknown", "I do not know", 4),
                    required=True,
                    why_we_ask="What brings customers today is what can be made to bring more.",
                ),
                yes_no("asks_reviews", "Do you ask content customers to recommend you?", 0, 4, required=True),
                choice(
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
                number(
                    "customer_worth", "What does a customer bring you in a year?", "", 1_000_000, T.MONEY, required=True
                ),
                number(
                    "customers_short", "How many customers a year are you short of?", "customers", 10_000, required=True
                ),
                yes_no("empty_capacity", "Do people or rooms stand idle because of it?", 3, 0),
                number(
                    "idle_cost",
                    "What does that idle time cost you in a month?",
                    "",
                    1_000_000,
                    T.MONEY,
                    show_when="empty_capacity",
                    if_hidden="0",
                ),
                number(
                    "wasted_spend",
                    "How much of what you spend on advertising in a month brings nothing?",
                    "",
                    1_000_000,
                    T.MONEY,
                ),
                yes_no(
                    "cost_confirmed", "We have added this up together. Is that what it costs you?", 4, 0, required=True
                ),
            ),
        ),
        SectionSpec(
            Dimension.URGENCY,
            "Why it must end",
            (
                scale(
                    "pressure",
                    "How long can you go on like this, from 10 (not at all) to 0 (for years)?",
                    required=True,
                ),
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
                yes_no("can_serve_more", "Could you serve more customers tomorrow?", 5, 0, required=True),
                yes_no("owner_takes_part", "Would you spend an hour a week on it yourself?", 4, 0, required=True),
                choice(
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
        FormulaSpec(
            "missing_customers", "Customers who do not come", "customers_short * customer_worth", cost_item=True
        ),
        FormulaSpec("idle", "Idle people and rooms", "idle_cost * 12", cost_item=True),
        FormulaSpec(
            "wasted",
            "Advertising without effect",
            "wasted_spend * 12",
            cost_item=True,
            benchmark="Small businesses often find that half of it brings nothing.",
        ),
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
        StallRiskSpec(
            "no_time",
            "The owner has no time for it",
            "not owner_takes_part",
            blocking=True,
            what_to_do="Ask what would have to be dropped for it; without that hour nothing will change.",
        ),
        StallRiskSpec(
            "burnt",
            "Bad experience with marketing",
            'tried_before == "burnt"',
            what_to_do="Let them tell what was promised then, and agree on what will be measured now.",
        ),
    ),
    test_cases=(
        TestCase(
            "Nobody to serve more customers",
            answers=(
                ("how_full", "full"),
                ("worry", "1"),
                ("regulars_leave", False),
                ("how_found", "word"),
                ("asks_reviews", True),
                ("answers_inquiries", "hours"),
                ("customer_worth", "400"),
                ("customers_short", "5"),
                ("empty_capacity", False),
                ("cost_confirmed", True),
                ("pressure", "2"),
                ("relief", "2026-06-01"),
                ("can_serve_more", False),
                ("owner_takes_part", False),
                ("tried_before", "never"),
            ),
            facts=(),
            expected=Expected(good_problem=Decision.NO),
        ),
    ),
)
