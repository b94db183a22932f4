from datetime import datetime
from typing import Annotated, Any

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain.rules import Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW, Entry, current_value, fact
from leads.domain.values import AttributeSpec, ValueType, decode
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.people import Contact
from leads.graphql.values import Choice, Value, moment, value_out
from leads.models import EngagementKind, EvidenceSource

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(
    models.Attribute, description="A typed thing that the business chooses to know about its leads."
)
class Attribute(relay.Node):
    key: str = column("Its stable name, in rules and in this API.")
    label: str = column("What a person reads.")
    question: str = column("How to ask the prospect for it; empty if nobody wrote that down.")
    type: ValueType = column("The type of its values.")
    unit: str = column("The unit of its numbers; empty if it has none.")
    freshness_days: int | None = column("After how many days a value is stale; null: never.")
    filterable: bool = column("Whether leads can be searched by it.")
    in_forms: bool = column("Whether forms on websites may ask for it.")

    @computed("What can be chosen; empty for other types.", only=["choices"])
    def choices(self, info: strawberry.Info) -> list[Choice]:
        return [Choice(code=choice["code"], label=choice["label"]) for choice in self.choices]

    @computed("Whether it is counted from engagements instead of recorded.", only=["counts_days"])
    def is_derived(self, info: strawberry.Info) -> bool:
        return self.counts_days is not None


@strawberry.type(description="An earlier value that said something else.")
class EarlierValue:
    value: Value = strawberry.field(description="What was said.")
    observed_at: datetime = strawberry.field(description="When it was learned.")
    source: EvidenceSource = strawberry.field(description="Where it came from.")


@strawberry.type(description="What is known of one attribute of a lead.")
class AttributeValue:
    key: str = strawberry.field(description="The attribute's key.")
    label: str = strawberry.field(description="What a person reads.")
    type: ValueType = strawberry.field(description="The type of the attribute's values.")
    value: Value = strawberry.field(description="What counts now; a stale value is unknown.")
    latest: Value = strawberry.field(description="The latest value whatever its age.")
    observed_at: datetime | None = strawberry.field(description="When the latest value was learned.")
    source: EvidenceSource | None = strawberry.field(description="Where the latest value came from.")
    fresh_until: datetime | None = strawberry.field(
        description="When the latest value becomes, or became, stale; null: never."
    )
    contradicts: EarlierValue | None = strawberry.field(
        description="The last earlier value that differs; null if there is none."
    )


def attribute_value(attribute: models.Attribute, entry: Entry | None, now: datetime, currency: str) -> AttributeValue:
    """Return what a snapshot's entry says."""
    spec = attribute.spec
    counts, stale_at = fact(spec, entry, now, spec.freshness_days)
    latest = current_value(spec, entry)
    known = entry if entry and "v" in entry else None
    if stale_at is None and known and spec.freshness_days is not None:
        _, stale_at = fact(spec, entry, moment(known["at"]), spec.freshness_days)
    was = known.get("was") if known else None
    return AttributeValue(
        key=spec.key,
        label=spec.label,
        type=spec.type,
        value=value_out(spec, counts, currency),
        latest=value_out(spec, counts if latest is None else latest, currency),
        observed_at=moment(known["at"]) if known else None,
        source=EvidenceSource(known["src"]) if known else None,
        fresh_until=stale_at,
        contradicts=_earlier(spec, was, currency) if was else None,
    )


def _earlier(spec: AttributeSpec, was: Entry, currency: str) -> EarlierValue:
    return EarlierValue(
        value=_stored_out(spec, was["v"], currency),
        observed_at=moment(was["at"]),
        source=EvidenceSource(was["src"]),
    )


def _stored_out(spec: AttributeSpec, stored: Any, currency: str) -> Any:
    if stored == DOES_NOT_KNOW:
        return value_out(spec, Unknown(Reason.DOES_NOT_KNOW), currency)
    value = decode(spec, stored)
    return value_out(spec, Unknown(Reason.NOT_COMPUTABLE) if value is None else value, currency)


@strawberry.type(description="One value of a recording.")
class RecordedValue:
    key: str = strawberry.field(description="The attribute's key.")
    label: str = strawberry.field(description="What a person reads.")
    value: Value = strawberry.field(description="The value, or that the prospect did not know.")


@strawberry_django.type(models.Evidence, description="One recording of what was learned about a lead. Never changed.")
class Evidence(relay.Node):
    lead: Annotated["Lead", LATER] = column("About which lead.")
    source: EvidenceSource = column("Where it comes from.")
    author: Membership | None = column("Who recorded it; null for the system.")
    said_by: Contact | None = column("Who said it, if that is known.")
    observed_at: datetime = column("When it was learned; the value observed last counts.")
    recorded_at: datetime = column("When it was recorded.")
    note: str = column("In the prospect's words; empty if nobody noted any.")

    @computed("The values, by key.", only=["values"])
    def values(self, info: strawberry.Info) -> list[RecordedValue]:
        context = info.context
        return [
            RecordedValue(
                key=key,
                label=context.attributes[key].label,
                value=_stored_out(context.attributes[key].spec, stored, context.viewer.business.currency),
            )
            for key, stored in sorted(self.values.items())
            if key in context.attributes
        ]


@strawberry_django.type(models.Engagement, description="A dated touch between the prospect and us.")
class Engagement(relay.Node):
    lead: Annotated["Lead", LATER] = column("With which lead.")
    kind: EngagementKind = column("What sort of touch it was.")
    title: str = column("What it was about; empty if nobody said.")
    note: str = column("What was said, and what else came with it; empty if nothing was kept.")
    contact: Contact | None = column("With whom, if that is known.")
    happened_at: datetime = column("When it took place.")
    recorded_at: datetime = column("When it was recorded.")
    author: Membership | None = column("Who recorded it; null for the system.")
