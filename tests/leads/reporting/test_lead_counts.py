"""How many leads there are of each kind."""

import pytest

from leads.global_ids import global_id
from leads.models import Lead


@pytest.fixture
def counted(business, manager, rep, make_lead):
    """Five leads: two won, one lost; three of a fair, two owned by the salesperson."""
    made = [
        make_lead(manager, source=source, owner_id=owner)
        for source, owner in (
            ("Fair", rep.membership.pk),
            ("Fair", rep.membership.pk),
            ("Fair", None),
            ("Web", manager.membership.pk),
            ("", None),
        )
    ]
    for lead, stage, outcome in zip(
        made, ("customer", "customer", "lost", "sql", "inquiry"), ("won", "won", "lost", "", ""), strict=True
    ):
        Lead.objects.filter(pk=lead.pk).update(stage=stage, outcome=outcome, level="mql" if outcome else "none")
    Lead.objects.filter(pk=made[3].pk).update(override_level="sql", override_expires_at="2999-01-01T00:00:00Z")
    return made


def line(key, label, count, won, lost):
    return {"key": key, "label": label, "count": count, "won": won, "lost": lost}


def counts(ask, by, **wish):
    query = "query($by: LeadCountBy!, $filter: LeadFilter) "
    query += "{ leadCounts(by: $by, filter: $filter) { key label count won lost } }"
    return ask(query, by=by, filter=wish)


def test_leads_are_counted_by_stage_in_the_order_of_stages(reports, counted):
    assert counts(reports, "STAGE")["data"]["leadCounts"] == [
        line("INQUIRY", "Inquiry", 1, 0, 0),
        line("SQL", "SQL", 1, 0, 0),
        line("CUSTOMER", "Customer", 2, 2, 0),
        line("LOST", "Lost", 1, 0, 1),
    ]


def test_leads_are_counted_by_the_level_in_force(reports, counted):
    assert counts(reports, "LEVEL")["data"]["leadCounts"] == [
        line("NONE", "NONE", 1, 0, 0),
        line("MQL", "MQL", 3, 2, 1),
        line("SQL", "SQL", 1, 0, 0),
    ]


def test_leads_are_counted_by_source_the_largest_first(reports, counted):
    assert counts(reports, "SOURCE")["data"]["leadCounts"] == [
        line("Fair", "Fair", 3, 2, 1),
        line("Web", "Web", 1, 0, 0),
        line(None, "Without source", 1, 0, 0),
    ]


def test_leads_are_counted_by_owner_whose_id_is_the_key(reports, counted, rep, manager):
    assert counts(reports, "OWNER")["data"]["leadCounts"] == [
        line(None, "Without owner", 2, 0, 1),
        line(global_id("Membership", rep.membership.pk), "sales", 2, 2, 0),
        line(global_id("Membership", manager.membership.pk), "manager", 1, 0, 0),
    ]


def test_leads_are_counted_by_outcome(reports, counted):
    assert counts(reports, "OUTCOME")["data"]["leadCounts"] == [
        line("WON", "Won", 2, 2, 0),
        line("LOST", "Lost", 1, 0, 1),
        line(None, "Without outcome", 2, 0, 0),
    ]


def test_a_count_takes_the_filters_of_the_list(reports, counted):
    assert counts(reports, "STAGE", source=["Fair"], outcome=["WON"])["data"]["leadCounts"] == [
        line("CUSTOMER", "Customer", 2, 2, 0)
    ]


def test_each_key_filters_the_leads_that_were_counted(reports, assortment, business):
    assortment(business)
    filters = {"STAGE": "stage", "LEVEL": "level", "SOURCE": "source", "OWNER": "owner", "OUTCOME": "outcome"}

    for by, name in filters.items():
        for found in counts(reports, by)["data"]["leadCounts"]:
            if found["key"] is not None:
                wish = found["key"] if name == "owner" else [found["key"]]
                body = reports(
                    "query($filter: LeadFilter) { leads(filter: $filter) { totalCount } }", filter={name: wish}
                )
                assert body["data"]["leads"]["totalCount"] == found["count"]


def test_too_many_groups_are_refused_instead_of_cut_off(reports, counted, business):
    first = counted[0]
    Lead.objects.bulk_create(
        Lead(
            business=business,
            organization_id=first.organization_id,
            source=f"Source {i}",
            stage_since=first.stage_since,
            created_at=first.created_at,
        )
        for i in range(1_000)
    )

    body = counts(reports, "SOURCE")

    assert [(error["message"], error["extensions"]) for error in body["errors"]] == [
        ("There are more than 1,000 groups; filter the leads.", {"code": "too_many_groups", "field": "filter"})
    ]
