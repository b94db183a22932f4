"""The rules by which leads are handed off: those that a business begins with, and what its managers make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import RuleError, compile_rule
from leads.models import Business, Membership
from leads.services.lines import line
from leads.tenancy import Viewer
from playbook.domain.assigning import TAKERS
from playbook.domain.steps import AssignBy, HandOffKind
from playbook.models import HandOffRule, HandOffRuleMember
from playbook.services.facts import names_for

RESPOND_AT_MOST = 2_000  # working hours: a year
DEFAULT_RULES = (
    (HandOffKind.TO_INSIDE_SALES, "All of inside sales"),
    (HandOffKind.TO_SALES, "All of sales"),
)


class HandOffRuleRefused(DomainError):
    code = "hand_off_rule_refused"


@dataclass(frozen=True, slots=True)
class HandOffRuleChanges:
    """What to change of a rule; None leaves it as it is. `escalate_to_managers` takes the one named away."""

    name: str | None = None
    applies_when: str | None = None
    assign_by: AssignBy | None = None
    member_ids: Sequence[int] | None = None
    respond_within: int | None = None
    escalate_to_id: int | None = None
    escalate_to_managers: bool = False


def begin_hand_off_rules(business: Business) -> None:
    """Give a business a rule for each kind that hands every lead to all of the role in turn."""
    HandOffRule.objects.bulk_create(
        HandOffRule(business=business, kind=kind.value, name=name) for kind, name in DEFAULT_RULES
    )


@transaction.atomic
def add_hand_off_rule(
    *,
    kind: HandOffKind,
    name: str,
    by: Viewer,
    applies_when: str = "",
    assign_by: AssignBy = AssignBy.ROUND_ROBIN,
    member_ids: Sequence[int] = (),
    respond_within: int = 8,
    escalate_to_id: int | None = None,
) -> HandOffRule:
    """Add a rule: one with a condition before those for every lead, which it would never come after, others last.

    Raises HandOffRuleRefused for members who cannot take such leads, and the error of a condition that cannot be read.
    """
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    rule = HandOffRule(business=by.business, kind=kind.value)
    changes = HandOffRuleChanges(
        name=name,
        applies_when=applies_when,
        assign_by=assign_by,
        member_ids=member_ids,
        respond_within=respond_within,
        escalate_to_id=escalate_to_id,
    )
    members = _apply(rule, changes, by)
    others = _in_use(kind.value, by)
    place = len(others)
    if rule.applies_when:
        place = next((at for at, other in enumerate(others) if not other.applies_when), place)
    rule.position = place
    rule.save()
    _keep_members(rule, members)
    _number([*others[:place], rule, *others[place:]])
    return rule


@transaction.atomic
def change_hand_off_rule(*, rule_id: int | None, changes: HandOffRuleChanges, by: Viewer) -> HandOffRule:
    """Change a rule; what was offered by it already stays as it was promised. Its kind never changes."""
    permissions.require(by, "author")
    rule = _locked(rule_id, by)
    members = _apply(rule, changes, by)
    rule.save(update_fields=("name", "applies_when", "assign_by", "respond_within", "escalate_to"))
    _keep_members(rule, members)
    return rule


@transaction.atomic
def archive_hand_off_rule(*, rule_id: int | None, archived: bool, by: Viewer, now: datetime) -> HandOffRule:
    """Use a rule no more, or again at the place where it was; what was offered by it stays as it is."""
    permissions.require(by, "author")
    rule = _locked(rule_id, by)
    if archived != (rule.archived_at is not None):
        rule.archived_at = now if archived else None
        rule.save(update_fields=("archived_at",))
    return rule


@transaction.atomic
def place_hand_off_rule(*, rule_id: int | None, place: int, by: Viewer) -> HandOffRule:
    """Put a rule at a place among those in use of its kind, counted from 0; the others close up."""
    permissions.require(by, "author")
    rule = _locked(rule_id, by)
    if place < 0:
        raise HandOffRuleRefused("Places are counted from 0.", field="place")
    if rule.archived_at is not None:
        raise HandOffRuleRefused("This rule is archived, so it has no place. Use it again first.", field="rule")
    others = [other for other in _in_use(rule.kind, by) if other.pk != rule.pk]
    others.insert(place, rule)
    _number(others)
    return rule


def _locked(rule_id: int | None, by: Viewer) -> HandOffRule:
    """Return a rule while nobody else changes rules, its row locked against being applied."""
    selectors.take_turn(by.business)
    rows = HandOffRule.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=rule_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such rule.", field="rule")
    return found


def _apply(rule: HandOffRule, changes: HandOffRuleChanges, by: Viewer) -> list[Membership] | None:
    """Write the changes into the rule, unsaved; return among whom it chooses from now on, None if that stays."""
    if changes.name is not None:
        rule.name = line("name", changes.name, 200, required=True)
    if changes.applies_when is not None:
        rule.applies_when = _condition(changes.applies_when, by)
    if changes.assign_by is not None:
        rule.assign_by = changes.assign_by.value
    if changes.respond_within is not None:
        if not 1 <= changes.respond_within <= RESPOND_AT_MOST:
            raise HandOffRuleRefused(
                f"Give from 1 to {RESPOND_AT_MOST:,} working hours to respond.", field="respondWithin"
            )
        rule.respond_within = changes.respond_within
    if changes.escalate_to_id is not None:
        rule.escalate_to = _working([changes.escalate_to_id], by, "escalateTo")[0]
    elif changes.escalate_to_managers:
        rule.escalate_to = None
    if changes.member_ids is None:
        return None
    members = _working(changes.member_ids, by, "members")
    for member in members:
        if member.role not in TAKERS[HandOffKind(rule.kind)]:
            whom = "sales" if rule.kind == HandOffKind.TO_SALES else "inside sales"
            role = member.get_role_display().lower()
            raise HandOffRuleRefused(f"{member.user} ({role}) cannot take leads for {whom}.", field="members")
    return members


def _condition(text: str, by: Viewer) -> str:
    text = text.strip()
    if text:
        try:
            compile_rule(text, names_for(by.business))
        except RuleError as error:
            error.field = "appliesWhen"
            raise
    return text


def _working(ids: Sequence[int], by: Viewer, field: str) -> list[Membership]:
    rows = Membership.objects.visible_to(by).filter(pk__in=ids, is_active=True).select_related("user").order_by("pk")
    found = list(rows)
    if len(found) < len(set(ids)):
        raise selectors.NotFound("There is no such member.", field=field)
    return found


def _keep_members(rule: HandOffRule, members: list[Membership] | None) -> None:
    if members is None:
        return
    wanted = {member.pk for member in members}
    rule.parts.exclude(member__in=wanted).delete()
    known = set(rule.parts.values_list("member_id", flat=True))
    HandOffRuleMember.objects.bulk_create(
        HandOffRuleMember(business_id=rule.business_id, rule=rule, member_id=pk) for pk in sorted(wanted - known)
    )


def _in_use(kind: str, by: Viewer) -> list[HandOffRule]:
    return list(HandOffRule.objects.visible_to(by).filter(kind=kind, archived_at__isnull=True))


def _number(rules: Sequence[HandOffRule]) -> None:
    for position, rule in enumerate(rules):
        if rule.position != position:
            rule.position = position
            rule.save(update_fields=("position",))
