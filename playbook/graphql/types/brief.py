"""A brief on a lead."""

from datetime import datetime

import strawberry

from leads.graphql.values import Money
from playbook.domain import brief


@strawberry.type(description="What is known of one attribute.")
class BriefValue:
    label: str = strawberry.field(description="What it is about.")
    display: str = strawberry.field(description="The value as a person reads it.")
    source: str = strawberry.field(description="Where it comes from, in words.")
    learned_at: datetime = strawberry.field(description="When it was learned.")
    fresh: bool = strawberry.field(description="False: it was learned too long ago to count.")


@strawberry.type(description="Something that the prospect read or attended, or another touch.")
class BriefTouch:
    what: str = strawberry.field(description="What it was.")
    at: datetime = strawberry.field(description="When.")
    with_whom: str = strawberry.field(description="With whom; empty if that is not known.")


@strawberry.type(description="Something that the prospect is dissatisfied with, in its own words.")
class Dissatisfaction:
    kind: str = strawberry.field(description="Symptom, Problem or Cause; or the question that it was said to.")
    text: str = strawberry.field(description="What they said.")
    said_by: str = strawberry.field(description="Who said it; empty if that is not known.")
    at: datetime = strawberry.field(description="When.")
    is_new: bool = strawberry.field(description="Whether it was new to them.")


@strawberry.type(description="Somebody who has a part in the decision.")
class BriefPerson:
    name: str = strawberry.field(description="The person's name.")
    job_title: str = strawberry.field(description="What the person does there; may be empty.")
    roles: list[str] = strawberry.field(description="The buying roles in words; empty if none is known.")


@strawberry.type(description="A question that is not to be asked.")
class NotToAsk:
    question: str = strawberry.field(description="The question.")
    because: str = strawberry.field(description="Why not: mostly its answer.")


@strawberry.type(description="What somebody should know before they speak with a prospect.")
class Brief:
    title: str = strawberry.field(description="With whom, and about what.")
    at: datetime = strawberry.field(description="As of when.")
    known: list[BriefValue] = strawberry.field(description="What is known, learned last first.")
    not_known: list[str] = strawberry.field(description="What is not known, with the reason.")
    read_and_attended: list[BriefTouch] = strawberry.field(description="The latest touches, newest first.")
    dissatisfaction: list[Dissatisfaction] = strawberry.field(description="What they are dissatisfied with.")
    cost_low: Money | None = strawberry.field(description="What the problem costs a year at least; null if unknown.")
    cost_likely: Money | None = strawberry.field(description="What it likely costs a year; null if unknown.")
    cost_high: Money | None = strawberry.field(description="What it costs a year at most; null if that is open.")
    people: list[BriefPerson] = strawberry.field(description="Who has a part in it.")
    missing_roles: list[str] = strawberry.field(description="Buying roles that nobody is known for, in words.")
    not_to_ask: list[NotToAsk] = strawberry.field(description="What not to ask.")
    to_ask: list[str] = strawberry.field(description="What to ask next, most telling first.")
    text: str = strawberry.field(description="All of it as plain text, for an e-mail.")


def brief_out(found: brief.Brief, currency: str) -> Brief:
    def money(name: str) -> Money | None:
        amount = getattr(found.cost, name) if found.cost else None
        return None if amount is None else Money(amount=amount, currency=currency)

    return Brief(
        title=found.title,
        at=found.at,
        known=list(found.known),
        not_known=list(found.not_known),
        read_and_attended=list(found.read_and_attended),
        dissatisfaction=list(found.dissatisfaction),
        cost_low=money("low"),
        cost_likely=money("likely"),
        cost_high=money("high"),
        people=[BriefPerson(name=one.name, job_title=one.job_title, roles=list(one.roles)) for one in found.people],
        missing_roles=list(found.missing_roles),
        not_to_ask=list(found.not_to_ask),
        to_ask=list(found.to_ask),
        text=found.text,
    )
