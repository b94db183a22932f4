"""What a report shows, and that it shows nobody else's."""

import pytest

from leads.global_ids import global_id
from leads.models import Lead, Opportunity, Organization, Qualification
from tests.leads.reporting import shared


@pytest.fixture
def one_lead(publish, business, manager, make_lead):
    """An MQL with a value that is known."""
    publish(business)
    return make_lead(
        manager,
        organization_domain="initech.example",
        title="Reporting",
        source="Fair",
        owner_id=manager.membership.pk,
        values={"has_pain": True},
    )


def test_a_lead_is_one_flat_row(reports, one_lead, now):
    body = reports("""{ leads { edges { node {
        id title source reference stage stageSince phase nurtureUntil revision createdAt outcome
        level levelInForce possibleLevel score worst best
        organization { name domain } owner { name email role isActive }
        qualification { isCurrent orderReady judgedAt version { number status schema { key name position } } }
    } } } }""")

    assert body == {
        "data": {
            "leads": {
                "edges": [
                    {
                        "node": {
                            "id": global_id("Lead", one_lead.pk),
                            "title": "Reporting",
                            "source": "Fair",
                            "reference": "",
                            "stage": "INQUIRY",
                            "stageSince": "2026-03-02T09:30:00+00:00",
                            "phase": "discovery",
                            "nurtureUntil": None,
                            "revision": 1,
                            "createdAt": "2026-03-02T09:30:00+00:00",
                            "outcome": None,
                            "level": "MQL",
                            "levelInForce": "MQL",
                            "possibleLevel": "SQL",
                            "score": "30.00",
                            "worst": "20.00",
                            "best": "65.00",
                            "organization": {"name": "Initech", "domain": "initech.example"},
                            "owner": {
                                "name": "manager",
                                "email": "manager@acme.example",
                                "role": "MANAGER",
                                "isActive": True,
                            },
                            "qualification": {
                                "isCurrent": True,
                                "orderReady": None,
                                "judgedAt": "2026-03-02T09:30:00+00:00",
                                "version": {
                                    "number": 1,
                                    "status": "PUBLISHED",
                                    "schema": {"key": "standard", "name": "Standard", "position": 0},
                                },
                            },
                        }
                    }
                ]
            }
        }
    }


def test_a_lead_that_nobody_judged_or_owns_says_null(reports, business, manager, make_lead):
    make_lead(manager)

    body = reports("{ leads { edges { node { owner { id } qualification { id } level } } } }")

    assert body["data"]["leads"]["edges"] == [{"node": {"owner": None, "qualification": None, "level": "NONE"}}]


# --- Qualifications ------------------------------------------------------------------------------


def judgements(ask, **wish):
    """Return the keys of the judgements that a wish finds."""
    body = ask(
        "query($filter: QualificationFilter) { qualifications(filter: $filter, first: 100) "
        "{ totalCount edges { node { id isCurrent } } } }",
        filter=wish,
    )
    found = body["data"]["qualifications"]
    assert found["totalCount"] == len(found["edges"])
    return {edge["node"]["id"] for edge in found["edges"]}


def ids(rows):
    return {global_id("Qualification", row.pk) for row in rows}


def test_judgements_are_searched_by_all_that_their_filter_names(reports, assortment, business, now):
    assortment(business)
    rows = list(Qualification.objects.select_related("lead", "version"))
    lead, version = rows[0].lead, rows[0].version
    wishes = {
        "lead": (global_id("Lead", lead.pk), lambda row: row.lead_id == lead.pk),
        "version": (global_id("QualificationVersion", version.pk), lambda row: True),
        "schema": (global_id("QualificationSchema", version.schema_id), lambda row: True),
        "level": (["MQL", "SQL"], lambda row: row.level in ("mql", "sql")),
        "possibleLevel": (["SQL"], lambda row: row.possible_level == "sql"),
        "judgedFrom": ("2026-02-27T09:30:00Z", lambda row: (now - row.judged_at).days <= 3),
        "judgedBefore": ("2026-02-27T09:30:00Z", lambda row: (now - row.judged_at).days > 3),
        "current": (True, lambda row: row.lead.qualification_id == row.pk),
    }

    assert set(wishes) == set(shared.REPORTS.type_map["QualificationFilter"].fields)
    for name, (value, holds) in wishes.items():
        assert judgements(reports, **{name: value}) == ids(row for row in rows if holds(row)), name


def test_every_judgement_either_counts_now_or_was_replaced(reports, assortment, business):
    assortment(business)
    Lead.objects.filter(pk=Lead.objects.first().pk).update(qualification=None)
    counting, replaced = judgements(reports, current=True), judgements(reports, current=False)

    assert (len(counting), len(replaced), len(counting | replaced)) == (35, 37, 72)


def test_a_schema_that_never_judged_has_no_judgements(reports, assortment, business):
    assortment(business)

    assert judgements(reports, schema=global_id("QualificationSchema", 999_999)) == set()


# --- Strangers -----------------------------------------------------------------------------------


def test_rows_of_another_business_never_appear(assortment, business, other_business, frontend):
    managers = [assortment(business, 9), assortment(other_business, 6)]
    query = "{ leads { totalCount edges { node { id } } } organizations { totalCount edges { node { id } } } "
    query += "qualifications { totalCount edges { node { id } } } leadCounts(by: STAGE) { count } }"

    for viewer, n in zip(managers, (9, 6), strict=True):
        data = frontend(viewer, path="/graphql/reporting/")(query)["data"]

        own = {"business": viewer.business}
        assert sum(line["count"] for line in data.pop("leadCounts")) == n
        for name, model in (("leads", Lead), ("organizations", Organization), ("qualifications", Qualification)):
            keys = {global_id(model.__name__, pk) for pk in model.objects.filter(**own).values_list("pk", flat=True)}
            assert {edge["node"]["id"] for edge in data[name]["edges"]} == keys
            assert data[name]["totalCount"] == len(keys)


ID_FILTERS = [
    ("leads", "owner", "Membership"),
    ("leads", "organization", "Organization"),
    ("leads", "opportunity", "Opportunity"),
    ("qualifications", "lead", "Lead"),
    ("qualifications", "version", "QualificationVersion"),
    ("qualifications", "schema", "QualificationSchema"),
]


def test_the_ids_that_filters_take_are_all_tried():
    taken = [
        (root, name)
        for root in ("leads", "organizations", "qualifications")
        for name, field in shared.filter_of(root).fields.items()
        if str(field.type) == "ID"
    ]

    assert [(root, name) for root, name, _ in ID_FILTERS] == taken


@pytest.mark.parametrize(("root", "name", "of"), ID_FILTERS)
def test_an_id_of_another_business_finds_what_an_absent_one_finds(
    root, name, of, assortment, business, other_business, frontend
):
    ask = frontend(assortment(business, 6), path="/graphql/reporting/")
    stranger = assortment(other_business, 3)
    theirs = Lead.objects.filter(business=other_business, owner__isnull=False)
    keys = {
        "Membership": (theirs.first() or Lead(owner=stranger.membership)).owner_id,
        "Organization": Organization.objects.filter(business=other_business).first().pk,
        "Opportunity": Opportunity.objects.filter(business=other_business).first().pk,
        "Lead": Lead.objects.filter(business=other_business).first().pk,
        "QualificationVersion": Qualification.objects.filter(business=other_business).first().version_id,
        "QualificationSchema": Qualification.objects.filter(business=other_business).first().version.schema_id,
    }
    query = '{ %s(filter: {%s: "%s"}) { totalCount edges { node { id } } } }'

    foreign = ask(query % (root, name, global_id(of, keys[of])))
    absent = ask(query % (root, name, global_id(of, 999_999)))

    assert foreign == absent == {"data": {root: {"totalCount": 0, "edges": []}}}
