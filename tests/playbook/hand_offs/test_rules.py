"""The rules that a business writes for its hand-offs."""

import importlib

import pytest
from django.apps import apps

from leads.domain.rules import RuleError
from leads.models import Role
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.lines import FieldRefused
from playbook import services
from playbook.domain.steps import AssignBy, HandOffKind
from playbook.models import HandOff, HandOffRule
from playbook.services import HandOffRuleChanges
from playbook.services.hand_off_rules import HandOffRuleRefused

TO_SALES, TO_INSIDE = HandOffKind.TO_SALES, HandOffKind.TO_INSIDE_SALES


@pytest.fixture
def schema(business, publish):
    return publish(business)


def add(by, **given):
    return services.add_hand_off_rule(**({"kind": TO_SALES, "name": "Software", "by": by} | given))


def listed(business, kind=TO_SALES):
    rows = HandOffRule.objects.filter(business=business, kind=kind, archived_at=None)
    return [(rule.position, rule.name) for rule in rows]


def written():
    return [list(model.objects.order_by("pk").values()) for model in (HandOffRule, HandOffRule.members.through)]


def test_a_business_begins_with_a_rule_for_each_kind_by_which_all_of_the_role_take_turns(business):
    rules = HandOffRule.objects.filter(business=business)

    assert [(rule.kind, rule.name, rule.applies_when, rule.assign_by, rule.respond_within) for rule in rules] == [
        ("to_inside_sales", "All of inside sales", "", "round_robin", 8),
        ("to_sales", "All of sales", "", "round_robin", 8),
    ]


def test_the_businesses_that_are_there_get_the_same(business, other_business):
    began = sorted(HandOffRule.objects.values_list("business", "kind", "name", "position"))
    HandOffRule.objects.all().delete()

    importlib.import_module("playbook.migrations.0003_hand_off_rules_so_far").begin_rules(apps, None)

    assert sorted(HandOffRule.objects.values_list("business", "kind", "name", "position")) == began


def test_a_rule_with_a_condition_comes_before_those_for_every_lead(schema, business, manager, rep):
    rule = add(
        manager,
        name=" Large ",
        applies_when=" employees > 100 ",
        assign_by=AssignBy.LEAST_LOAD,
        member_ids=[rep.membership.pk, manager.membership.pk],
        respond_within=4,
        escalate_to_id=manager.membership.pk,
    )
    add(manager, name="Small", applies_when="employees < 10")
    add(manager, name="The rest")

    rule.refresh_from_db()
    assert (rule.name, rule.applies_when, rule.assign_by, rule.respond_within) == (
        "Large",
        "employees > 100",
        "least_load",
        4,
    )
    assert (rule.escalate_to, set(rule.members.all())) == (manager.membership, {rep.membership, manager.membership})
    assert listed(business) == [(0, "Large"), (1, "Small"), (2, "All of sales"), (3, "The rest")]
    assert listed(business, TO_INSIDE) == [(0, "All of inside sales")]


def test_what_is_changed_is_changed_and_the_rest_stays(schema, manager, rep):
    rule = add(manager, applies_when="employees > 100", member_ids=[rep.membership.pk])

    services.change_hand_off_rule(rule_id=rule.pk, changes=HandOffRuleChanges(respond_within=2), by=manager)
    rule.refresh_from_db()
    assert (rule.respond_within, rule.applies_when, list(rule.members.all())) == (
        2,
        "employees > 100",
        [rep.membership],
    )

    changes = HandOffRuleChanges(
        name="All", applies_when="", assign_by=AssignBy.LEAST_LOAD, member_ids=[], escalate_to_id=rep.membership.pk
    )
    services.change_hand_off_rule(rule_id=rule.pk, changes=changes, by=manager)
    rule.refresh_from_db()
    assert (rule.name, rule.applies_when, rule.assign_by, rule.escalate_to) == ("All", "", "least_load", rep.membership)
    assert not rule.members.exists()

    services.change_hand_off_rule(rule_id=rule.pk, changes=HandOffRuleChanges(escalate_to_managers=True), by=manager)
    rule.refresh_from_db()
    assert rule.escalate_to is None


def test_a_rule_is_put_at_another_place_and_the_others_close_up(schema, business, manager):
    for name in ("One", "Two"):
        rule = add(manager, name=name, applies_when="employees > 100")

    services.place_hand_off_rule(rule_id=rule.pk, place=0, by=manager)
    assert listed(business) == [(0, "Two"), (1, "One"), (2, "All of sales")]

    services.place_hand_off_rule(rule_id=rule.pk, place=99, by=manager)
    assert listed(business) == [(0, "One"), (1, "All of sales"), (2, "Two")]


def test_an_archived_rule_decides_nothing_and_has_no_place(business, manager, rep, sql, offer, now):
    rule = HandOffRule.objects.get(kind=TO_SALES)
    offered = offer(sql)
    services.withdraw_hand_off(hand_off_id=offered.pk, expected_revision=1, by=manager, now=now)

    services.archive_hand_off_rule(rule_id=rule.pk, archived=True, by=manager, now=now)

    assert offer(sql).rule is None
    assert HandOff.objects.get(pk=offered.pk).rule == rule
    with pytest.raises(HandOffRuleRefused, match="This rule is archived"):
        services.place_hand_off_rule(rule_id=rule.pk, place=0, by=manager)
    assert services.archive_hand_off_rule(rule_id=rule.pk, archived=False, by=manager, now=now).archived_at is None


def test_what_makes_no_sense_is_refused_and_changes_nothing(schema, business, manager, team, stranger, now):
    sales, inside, viewer = (team[role].membership.pk for role in (Role.SALES, Role.INSIDE_SALES, Role.VIEWER))
    rule = add(manager, applies_when="employees > 100", member_ids=[sales])
    before = written()
    refused = [
        ({"name": "  "}, FieldRefused, "A name is needed", "name"),
        ({"name": "x" * 201}, FieldRefused, "at most 200", "name"),
        ({"applies_when": "employes > 1"}, RuleError, "employees", "appliesWhen"),
        ({"applies_when": "employees + 1"}, RuleError, "yes or no", "appliesWhen"),
        ({"respond_within": 0}, HandOffRuleRefused, "from 1 to 2,000", "respondWithin"),
        ({"respond_within": 2_001}, HandOffRuleRefused, "from 1 to 2,000", "respondWithin"),
        ({"member_ids": [inside]}, HandOffRuleRefused, r"\(inside sales\) cannot take leads for sales", "members"),
        ({"member_ids": [viewer]}, HandOffRuleRefused, r"\(viewer\) cannot take leads for sales", "members"),
        ({"member_ids": [sales, stranger.membership.pk]}, NotFound, "no such member", "members"),
        ({"escalate_to_id": stranger.membership.pk}, NotFound, "no such member", "escalateTo"),
    ]
    for given, error, said, field in refused:
        with pytest.raises(error, match=said) as raised:
            add(manager, **given)
        assert raised.value.field == field
        with pytest.raises(error, match=said):
            services.change_hand_off_rule(rule_id=rule.pk, changes=HandOffRuleChanges(**given), by=manager)
    with pytest.raises(HandOffRuleRefused, match="counted from 0"):
        services.place_hand_off_rule(rule_id=rule.pk, place=-1, by=manager)
    assert written() == before


@pytest.mark.parametrize("role", [*Role, None])
def test_managers_write_rules(business, team, now, role):
    rule = HandOffRule.objects.filter(kind=TO_SALES).get()
    before = written()
    by = team[role]
    calls = [
        lambda: add(by),
        lambda: services.change_hand_off_rule(rule_id=rule.pk, changes=HandOffRuleChanges(name="New"), by=by),
        lambda: services.place_hand_off_rule(rule_id=rule.pk, place=0, by=by),
        lambda: services.archive_hand_off_rule(rule_id=rule.pk, archived=True, by=by, now=now),
    ]
    if role in (Role.MANAGER, None):
        for call in calls:
            call()
        assert written() != before
        return
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert written() == before


def test_rules_of_another_business_are_not_there(business, stranger, now):
    rule = HandOffRule.objects.filter(business=business).first()
    before = written()

    for call in (
        lambda: services.change_hand_off_rule(rule_id=rule.pk, changes=HandOffRuleChanges(name="New"), by=stranger),
        lambda: services.place_hand_off_rule(rule_id=rule.pk, place=0, by=stranger),
        lambda: services.archive_hand_off_rule(rule_id=rule.pk, archived=True, by=stranger, now=now),
    ):
        with pytest.raises(NotFound, match="There is no such rule"):
            call()
    assert written() == before
