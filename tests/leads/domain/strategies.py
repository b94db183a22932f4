"""Random schemas, and snapshots that know more or less."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from leads.domain.rules import Range
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.snapshot import DOES_NOT_KNOW, absorb
from leads.domain.values import AttributeSpec, Choice, ValueType, encode
from tests.leads.domain.building import MARCH_2, NOW

CHOICES = (Choice("saas", "SaaS"), Choice("bank", "Bank"), Choice("shop", "Shop"))
SPECS = {
    spec.key: spec
    for spec in (
        AttributeSpec("employees", "Employees", ValueType.NUMBER, unit="people"),
        AttributeSpec("budget", "Budget", ValueType.MONEY),
        AttributeSpec("has_pain", "Has the pain", ValueType.YES_NO),
        AttributeSpec("industry", "Industry", ValueType.CHOICE, choices=CHOICES),
        AttributeSpec("segments", "Segments", ValueType.MULTI_CHOICE, choices=CHOICES),
        AttributeSpec("decision", "Decision", ValueType.DATE),
        AttributeSpec("webinars", "Webinars", ValueType.NUMBER, counts_kinds=("webinar",), counts_days=30),
    )
}
WEBINARS = SPECS["webinars"].window
CONDITIONS = st.sampled_from(
    """employees >= 50
employees < 20
employees > 10 and has_pain
has_pain
not has_pain
industry == "bank"
industry in ["saas", "shop"]
budget >= 1000 or industry == "bank"
budget / employees > 30
"saas" in segments
has_pain ? budget > 500 : employees > 100
days_until_decision <= 90
days_since_decision > 5 or not has_pain
webinars >= 2
max(budget, employees * 10) > 2000""".splitlines()
)
SMALL = st.integers(-20, 30).map(Decimal)
DAYS = st.none() | st.integers(1, 40)


@st.composite
def criteria(draw, key):
    bands = draw(st.lists(st.builds(BandSpec, CONDITIONS, SMALL, st.booleans()), min_size=1, max_size=3))
    return CriterionSpec(
        key=key,
        axis=draw(st.sampled_from([Axis.PAIN, Axis.FIT, Axis.TIMEFRAME])),
        label=key.upper(),
        question=f"What about {key}?",
        bands=tuple(bands),
        otherwise_points=draw(SMALL),
        otherwise_met=draw(st.booleans()),
        freshness_days=draw(DAYS),
    )


@st.composite
def levels(draw, found, least):
    """A level that can be reached, with a score of at least so much."""
    best = {c.key: max([band.points for band in c.bands] + [c.otherwise_points]) for c in found}
    axis = draw(st.sampled_from([criterion.axis for criterion in found]))
    on_axis = sum(best[criterion.key] for criterion in found if criterion.axis == axis)
    knock_outs = tuple(draw(st.lists(st.sampled_from(sorted(best)), unique=True, max_size=2)))
    scores = st.integers(int(least), int(sum(best.values()))).map(Decimal)
    return LevelSpec(
        score=draw(st.none() | scores if knock_outs else scores),
        minimums=draw(st.sampled_from([(), ((axis, on_axis - 5),)])),
        knock_outs=knock_outs,
    )


@st.composite
def schemas(draw):
    found = tuple(draw(criteria(key)) for key in ("alpha", "beta", "gamma")[: draw(st.integers(1, 3))])
    mql = draw(levels(found, -60))
    return SchemaDocument(
        key="random",
        name="Random",
        attributes=tuple(spec_with(spec, draw(DAYS)) for spec in SPECS.values()),
        criteria=found,
        mql=mql,
        sql=draw(levels(found, -60 if mql.score is None else mql.score)),
        order_ready=draw(st.just("") | CONDITIONS),
    )


def spec_with(spec, freshness):
    return AttributeSpec(
        spec.key,
        spec.label,
        spec.type,
        unit=spec.unit,
        choices=spec.choices,
        freshness_days=None if spec.counts_days else freshness,
        counts_kinds=spec.counts_kinds,
        counts_days=spec.counts_days,
    )


NUMBERS = st.sampled_from([Decimal(n) for n in (0, 1, 15, 50, 51, 120, 999, 2000, 20000)])
RANGES = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted).filter(lambda ends: ends[0] < ends[2])
VALUES = {
    "employees": NUMBERS | RANGES.map(lambda ends: Range(*ends)),
    "budget": NUMBERS | RANGES.map(lambda ends: Range(*ends)),
    "has_pain": st.booleans(),
    "industry": st.sampled_from(["saas", "bank", "shop"]),
    "segments": st.frozensets(st.sampled_from(["saas", "bank", "shop"])),
    "decision": st.integers(-100, 200).map(lambda days: MARCH_2 + timedelta(days=days)),
}
KEYS = sorted(VALUES)


@st.composite
def recordings(draw, key):
    """A value or a "does not know" of one attribute, observed some days ago."""
    value = draw(st.just(DOES_NOT_KNOW) | VALUES[key].map(encode) | VALUES[key].map(encode))
    return {key: value}, NOW - timedelta(days=draw(st.integers(0, 50)))


@st.composite
def snapshots(draw):
    kept = {}
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=8)):
        values, moment = draw(recordings(key))
        kept = absorb(kept, values, at=moment, source="sales", evidence=1)
    return kept
