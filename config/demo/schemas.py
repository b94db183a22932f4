"""What the two demo businesses want to know, and what makes a lead qualified for each.

Meridian sells software to large enterprises, Brightside marketing services to small businesses: the
misconception that one set of criteria fits all would cost each of them its best leads.
"""

from decimal import Decimal
from typing import Any

from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.values import AttributeSpec, Choice, ValueType

INDUSTRIES = (
    Choice("manufacturing", "Manufacturing"),
    Choice("logistics", "Logistics"),
    Choice("finance", "Finance"),
    Choice("retail", "Retail"),
    Choice("hospitality", "Hospitality"),
    Choice("crafts", "Crafts"),
    Choice("public", "Public sector"),
)
PROBLEMS = (
    Choice("orders_by_hand", "Orders are typed by hand"),
    Choice("late_reports", "Reports come too late to act on"),
    Choice("few_inquiries", "Too few inquiries come in"),
    Choice("customers_leave", "Customers leave unnoticed"),
    Choice("none_named", "No problem named"),
)

ATTRIBUTES = (
    AttributeSpec("employees", "Employees", ValueType.NUMBER, "How many people work with you?", "people"),
    AttributeSpec("industry", "Industry", ValueType.CHOICE, "What does your company do?", choices=INDUSTRIES),
    AttributeSpec(
        "main_problem", "Main problem", ValueType.CHOICE, "What keeps you from your goals?", choices=PROBLEMS
    ),
    AttributeSpec(
        "hours_lost_per_week",
        "Hours lost per week",
        ValueType.NUMBER,
        "How many working hours does the problem cost you in a week?",
        "hours",
        freshness_days=365,
    ),
    AttributeSpec(
        "relief_needed_by",
        "Relief needed by",
        ValueType.DATE,
        "What happens if this goes on, and by when must it have stopped?",
        freshness_days=365,
    ),
    AttributeSpec(
        "marketing_spend",
        "Marketing spend per month",
        ValueType.MONEY,
        "What do you put into marketing today?",
    ),
    AttributeSpec("sponsor_known", "Sponsor known", ValueType.YES_NO, "Who suffers most from this, and may change it?"),
    AttributeSpec(
        "recent_touches",
        "Conversations in 90 days",
        ValueType.NUMBER,
        unit="touches",
        counts_kinds=("call", "email_reply", "results_conversation", "webinar"),
        counts_days=90,
    ),
)


def _criterion(key: str, axis: Axis, label: str, question: str, *bands: BandSpec, **more: Any) -> CriterionSpec:
    return CriterionSpec(key, axis, label, question, bands, **more)


def _band(when: str, points: int, label: str, met: bool = True) -> BandSpec:
    return BandSpec(when, Decimal(points), met, label)


TIMEFRAME = _criterion(
    "timeframe",
    Axis.TIMEFRAME,
    "Reasonable timeframe",
    "What happens if this goes on, and by when must it have stopped?",
    _band("days_until_relief_needed_by < 0", 0, "The day has passed", met=False),
    _band("days_until_relief_needed_by <= 120", 20, "Within four months"),
    _band("days_until_relief_needed_by <= 365", 10, "Within a year"),
)
TOUCHES = _criterion(
    "touches",
    Axis.ENGAGEMENT,
    "Talks with us",
    "What made you look into this now?",
    _band("recent_touches >= 3", 10, "Three touches or more in 90 days"),
    _band("recent_touches >= 1", 5, "One or two touches in 90 days"),
)

ENTERPRISE = SchemaDocument(
    key="enterprise",
    name="Large enterprises",
    attributes=ATTRIBUTES,
    criteria=(
        _criterion(
            "pain",
            Axis.PAIN,
            "Has the pain we solve",
            "How many working hours does the problem cost you in a week?",
            _band(
                'main_problem in ["orders_by_hand", "late_reports"] and hours_lost_per_week >= 40',
                35,
                "A full job",
            ),
            _band(
                'main_problem in ["orders_by_hand", "late_reports"] and hours_lost_per_week >= 10',
                20,
                "A day or more",
            ),
            help="Manual work and late reports are what the software takes away; other problems are not ours.",
        ),
        _criterion(
            "fit",
            Axis.FIT,
            "Large enough",
            "How many people work with you?",
            _band("employees >= 1000", 25, "A thousand or more"),
            _band("employees >= 250", 15, "250 or more"),
            otherwise_points=Decimal(-15),
        ),
        TIMEFRAME,
        _criterion(
            "authority",
            Axis.AUTHORITY,
            "Sponsor",
            "Who suffers most from this, and may change it?",
            _band("sponsor_known", 10, "Known"),
        ),
        TOUCHES,
    ),
    mql=LevelSpec(score=Decimal(25)),
    sql=LevelSpec(score=Decimal(55), knock_outs=("pain", "fit", "timeframe")),
    order_ready="sponsor_known and days_until_relief_needed_by <= 60",
)

PUBLIC_SECTOR = SchemaDocument(
    key="public_sector",
    name="Public sector",
    attributes=ATTRIBUTES,
    applies_when='industry == "public"',
    criteria=(
        _criterion(
            "pain",
            Axis.PAIN,
            "Has the pain we solve",
            "How many working hours does the problem cost you in a week?",
            _band('main_problem != "none_named" and hours_lost_per_week >= 20', 30, "Half a job or more"),
        ),
        _criterion(
            "authority",
            Axis.AUTHORITY,
            "Sponsor",
            "Who suffers most from this, and may change it?",
            _band("sponsor_known", 20, "Known"),
        ),
        TIMEFRAME,
    ),
    mql=LevelSpec(score=Decimal(20)),
    sql=LevelSpec(score=Decimal(50), knock_outs=("pain", "authority")),
)

SMALL_BUSINESS = SchemaDocument(
    key="small_business",
    name="Small businesses",
    attributes=ATTRIBUTES,
    criteria=(
        _criterion(
            "pain",
            Axis.PAIN,
            "Wants more or better customers",
            "What keeps you from your goals?",
            _band('main_problem == "few_inquiries"', 35, "Too few inquiries"),
            _band('main_problem == "customers_leave"', 25, "Customers leave"),
        ),
        _criterion(
            "fit",
            Axis.FIT,
            "Small enough to work with us directly",
            "How many people work with you?",
            _band("employees > 250", -20, "Has a department for this", met=False),
            _band("employees > 50", 5, "51 to 250"),
            _band("employees >= 1", 20, "Up to 50"),
        ),
        TIMEFRAME,
        _criterion(
            "budget",
            Axis.BUDGET,
            "Spends on marketing already",
            "What do you put into marketing today?",
            _band("marketing_spend >= 2000", 15, "2,000 a month or more"),
            _band("marketing_spend >= 500", 8, "500 a month or more"),
        ),
        TOUCHES,
    ),
    mql=LevelSpec(score=Decimal(25)),
    sql=LevelSpec(score=Decimal(60), knock_outs=("pain", "fit")),
)
