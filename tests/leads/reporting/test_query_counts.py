"""A page costs one query whatever its size and whatever is selected of its rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.leads.reporting import shared

SIZES = (1, 10, 100)
WHO_ASKS = ["django_session", "leads_user", "leads_membership"]

ROWS = {"leads": "leads_lead", "organizations": "leads_organization", "qualifications": "leads_qualification"}


def tables_read(ask, query):
    """Return the table that each query reads first."""
    with CaptureQueriesContext(connection) as queries:
        body = ask(query)
    assert "errors" not in body
    return body, [
        sql.partition(' FROM "')[2].partition('"')[0] for sql in (query["sql"] for query in queries) if ' FROM "' in sql
    ]


@pytest.mark.parametrize("name", shared.connections())
def test_everything_about_a_page_of_rows_is_one_query(name, assortment, business, frontend):
    ask = frontend(assortment(business, 303), path="/graphql/reporting/")
    row = shared.selection(shared.row_of(name), relations=5, of_both=False)

    for size in SIZES:
        body, tables = tables_read(ask, f"{{ {name}(first: {size}) {{ edges {{ cursor node {{ {row} }} }} }} }}")

        assert len(body["data"][name]["edges"]) == size
        assert tables == [*WHO_ASKS, ROWS[name]]


def test_the_total_is_one_query_more_and_only_if_asked_for(reports, assortment, business):
    assortment(business)

    _, with_rows = tables_read(reports, "{ leads { totalCount edges { node { id } } pageInfo { endCursor } } }")
    _, alone = tables_read(reports, "{ leads { totalCount } }")

    assert with_rows == [*WHO_ASKS, "leads_lead", "leads_lead"]
    assert alone == [*WHO_ASKS, "leads_lead"]


def test_only_what_is_selected_is_joined_and_large_columns_stay_behind(reports, assortment, business):
    assortment(business)

    with CaptureQueriesContext(connection) as queries:
        reports(
            "{ leads { edges { node { ... on Lead { title a: organization { name } b: organization { id } } } } } }"
        )

    sql = queries[-1]["sql"] if connection.vendor == "sqlite" else queries[-2]["sql"]
    assert sql.count(" JOIN ") == 1
    assert 'JOIN "leads_organization"' in sql
    assert '"leads_lead"."snapshot"' not in sql


@pytest.mark.parametrize("by", shared.REPORTS.type_map["LeadCountBy"].values)
def test_a_count_is_one_query(by, reports, assortment, business):
    assortment(business)

    _, tables = tables_read(reports, f"{{ leadCounts(by: {by}) {{ key label count won lost }} }}")

    assert tables == [*WHO_ASKS, "leads_lead"]
