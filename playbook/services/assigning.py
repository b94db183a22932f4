"""Finding who gets a lead by the rules that a business wrote."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from leads.domain.rules import RuleError, compile_rule
from leads.domain.stages import CLOSED
from leads.models import Absence, Lead, Membership
from leads.services.absences import stand_in_for
from leads.tenancy import Viewer
from playbook.domain.assigning import ROLE_OF, TAKERS, Candidate, choose
from playbook.domain.steps import AssignBy, HandOffKind, HandOffStatus
from playbook.models import HandOff, HandOffRule
from playbook.services.facts import facts_of, names_for


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets a lead, and the rule that said so; without a member, all of the role."""

    to: Membership | None = None
    rule: HandOffRule | None = None


def assign(lead: Lead, kind: HandOffKind, by: Viewer, now: datetime) -> Assignment:
    """Choose by the first rule that applies, whose row is locked until the transaction ends.

    So offers at the same time by one rule come one after the other, and each sees what the one before chose. A
    rule whose condition is unknown for this lead, or cannot be read any more, does not apply.
    """
    for rule in _applying(lead, kind, by, now):
        found = HandOffRule.objects.select_for_update(of=("self",), no_key=True)
        locked = found.filter(pk=rule.pk, archived_at__isnull=True).first()
        if locked is not None:
            return Assignment(_next_of(locked, by, now), locked)
    return Assignment()


def applying_rule(lead: Lead, kind: HandOffKind, by: Viewer, now: datetime) -> HandOffRule | None:
    """Return the rule by which the lead would be handed off now, None for none."""
    return next(iter(_applying(lead, kind, by, now)), None)


def _applying(lead: Lead, kind: HandOffKind, by: Viewer, now: datetime) -> list[HandOffRule]:
    """Return the rules whose conditions hold, in their order."""
    rules = list(HandOffRule.objects.visible_to(by).filter(kind=kind.value, archived_at__isnull=True))
    if not any(rule.applies_when.strip() for rule in rules):
        return rules
    names = names_for(by.business)
    conditions = {}
    for rule in rules:
        try:
            conditions[rule.pk] = compile_rule(rule.applies_when, names) if rule.applies_when.strip() else None
        except RuleError:
            continue
    reads = {name for condition in conditions.values() if condition is not None for name in condition.reads}
    facts = facts_of(by.business, [lead], reads, now)[lead.pk]
    return [
        rule
        for rule in rules
        if rule.pk in conditions and ((condition := conditions[rule.pk]) is None or condition.evaluate(facts) is True)
    ]


def _next_of(rule: HandOffRule, by: Viewer, now: datetime) -> Membership | None:
    """Return whose turn it is, and remember that; None if nobody is there and nobody stands in."""
    kind = HandOffKind(rule.kind)
    members = {member.pk: member for member in _members_of(rule, kind, by)}
    away = away_among(set(members), by, now)
    loads = _loads(set(members), by) if rule.assign_by == AssignBy.LEAST_LOAD else {}
    covering: dict[int, Membership] = {}
    if members and len(away) == len(members):
        for pk, member in members.items():
            found = stand_in_for(member, now)
            if found is not None and found.role in TAKERS[kind]:
                covering[pk] = found
    candidates = [
        Candidate(pk, pk in away, loads.get(pk, 0), covering[pk].pk if pk in covering else None) for pk in members
    ]
    choice = choose(candidates, AssignBy(rule.assign_by), rule.last_given_to_id)
    if choice.turn is None:
        return None
    rule.last_given_to = members[choice.turn]
    rule.save(update_fields=("last_given_to",))
    return covering[choice.turn] if choice.turn in covering else members[choice.turn]


def _members_of(rule: HandOffRule, kind: HandOffKind, by: Viewer) -> list[Membership]:
    """Return the rule's own members who work here still; all of the role if it names none."""
    rows = Membership.objects.visible_to(by).select_related("user")
    named = list(rule.parts.values_list("member_id", flat=True))
    if named:
        return list(rows.filter(pk__in=named, is_active=True, role__in=TAKERS[kind]))
    return list(rows.filter(is_active=True, role=ROLE_OF[kind]))


def away_among(members: set[int], by: Viewer, now: datetime) -> set[int]:
    """Return which of these members are away at a moment."""
    lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    rows = Absence.objects.visible_to(by).filter(lasting, member__in=members, starts_at__lte=now)
    return set(rows.values_list("member_id", flat=True))


def _loads(members: set[int], by: Viewer) -> dict[int, int]:
    """Return how many open leads each owns, and how many are offered to each."""
    closed = [stage.value for stage in CLOSED]
    leads = Lead.objects.visible_to(by).filter(owner__in=members).exclude(stage__in=closed).order_by()
    loads = dict(leads.values_list("owner").annotate(leads_open=Count("pk")))
    offers = HandOff.objects.visible_to(by).filter(offered_to__in=members, status=HandOffStatus.OFFERED).order_by()
    for member, count in offers.values_list("offered_to").annotate(offers_open=Count("pk")):
        loads[member] = loads.get(member, 0) + count
    return loads
