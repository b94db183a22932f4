"""Pages: every row once, in one order, whichever way one walks; of a bounded size; cursors are checked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.relay import to_base64

from leads.global_ids import global_id
from leads.models import Contact, Lead, Organization
from tests.leads.graphql import walk

ORDERS = {
    "leads": ("SCORE", "NEWEST", "OLDEST"),
    "organizations": ("NAME", "NEWEST"),
    "contacts": ("NAME", "NEWEST"),
}
EVERY = [(name, order) for name, orders in ORDERS.items() for order in orders]
IN_ORDER = {
    ("leads", "SCORE"): lambda row: (-row.score, row.pk),
    ("leads", "NEWEST"): lambda row: (-row.created_at.timestamp(), row.pk),
    ("leads", "OLDEST"): lambda row: (row.created_at, -row.pk),
    ("organizations", "NAME"): lambda row: (row.name, row.pk),
    ("organizations", "NEWEST"): lambda row: -row.pk,
    ("contacts", "NAME"): lambda row: (row.name, row.pk),
    ("contacts", "NEWEST"): lambda row: -row.pk,
}
MODELS = {"leads": Lead, "organizations": Organization, "contacts": Contact}
PAGE = "{ pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } }"
BAD_CURSOR = "This cursor does not belong to this list and order."


@pytest.fixture
def rows(business, now):
    """Return 23 leads, organizations and contacts, with many ties."""
    names = [f"{name}" for name in "bcaabbcc" for _ in range(3)][:23]
    homes = Organization.objects.bulk_create([Organization(business=business, name=name) for name in names])
    leads = Lead.objects.bulk_create(
        Lead(
            business=business,
            organization=home,
            score=(i * 7) % 5 - 2,
            stage_since=now,
            created_at=now + timedelta(microseconds=i % 4),
        )
        for i, home in enumerate(homes)
    )
    people = Contact.objects.bulk_create(Contact(business=business, organization=homes[0], name=name) for name in names)
    return {"leads": leads, "organizations": homes, "contacts": people}


def ids(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]


def walked(ask: Any, name: str, order: str, size: int, *, backwards: bool) -> list[str]:
    """Return the ids of all rows, page by page."""
    found: list[str] = []
    cursor = None
    way = "last: $n, before: $c" if backwards else "first: $n, after: $c"
    query = f"query($n: Int, $c: String) {{ {name}(order: {order}, {way}) {PAGE} }}"
    for _ in range(100):
        page = ask(query, n=size, c=cursor)["data"][name]
        info = page["pageInfo"]
        assert [info["startCursor"], info["endCursor"]] == [page["edges"][i]["cursor"] for i in (0, -1)]
        found = ids(page) + found if backwards else found + ids(page)
        assert info["hasPreviousPage" if not backwards else "hasNextPage"] == (cursor is not None)
        if not info["hasPreviousPage" if backwards else "hasNextPage"]:
            return found
        cursor = info["startCursor" if backwards else "endCursor"]
    raise AssertionError("The walk does not end.")


@pytest.mark.parametrize(("name", "order"), EVERY)
def test_walking_either_way_shows_every_row_once_in_the_same_order(graphql, rows, name, order):
    wanted = [global_id(MODELS[name].__name__, row.pk) for row in sorted(rows[name], key=IN_ORDER[name, order])]

    for size in (1, 3, 22, 23, 24):
        assert walked(graphql, name, order, size, backwards=False) == wanted
        assert walked(graphql, name, order, size, backwards=True) == wanted


def test_every_order_of_every_root_list_is_walked():
    orders = {
        name: tuple(field.args["order"].type.of_type.values)
        for name, field in walk.ROOT.fields.items()
        if walk.is_connection(field) and "order" in field.args
    }

    assert orders == ORDERS


def test_a_row_that_comes_in_between_moves_no_other_over_a_page_boundary(graphql, rows, business, now):
    query = f"query($c: String) {{ leads(order: NEWEST, first: 5, after: $c) {PAGE} }}"
    first = graphql(query)["data"]["leads"]
    for days in (-1, 1):
        Lead.objects.create(
            business=business,
            organization=rows["organizations"][0],
            stage_since=now,
            created_at=now + timedelta(days=days),
        )

    found = ids(first)
    page = first
    while page["pageInfo"]["hasNextPage"]:
        page = graphql(query, c=page["pageInfo"]["endCursor"])["data"]["leads"]
        found += ids(page)

    # The newer one is on a page that was read already; the older one is still to come.
    older = global_id("Lead", Lead.objects.earliest("created_at").pk)
    assert found[-1] == older
    assert sorted(found[:-1]) == sorted(global_id("Lead", lead.pk) for lead in rows["leads"])


def test_a_page_between_two_cursors_holds_what_lies_between(graphql, rows):
    whole = graphql(f"{{ leads {PAGE} }}")["data"]["leads"]
    query = f"query($a: String, $b: String) {{ leads(after: $a, before: $b) {PAGE} }}"

    between = graphql(query, a=whole["edges"][2]["cursor"], b=whole["edges"][9]["cursor"])["data"]["leads"]

    assert ids(between) == ids(whole)[3:9]
    assert (between["pageInfo"]["hasPreviousPage"], between["pageInfo"]["hasNextPage"]) == (True, False)


# --- Sizes -----------------------------------------------------------------------------------------

REFUSED = [
    ("first: 101", "first must be from 0 to 100.", "first"),
    ("first: -1", "first must be from 0 to 100.", "first"),
    ("last: 101", "last must be from 0 to 100.", "last"),
    ("last: -1", "last must be from 0 to 100.", "last"),
    ("first: 1, last: 1", "Give either first or last.", "first"),
]


@pytest.mark.parametrize(("sizes", "message", "field"), REFUSED)
@pytest.mark.parametrize("name", ["leads", "organizations", "contacts"])
def test_a_size_that_is_no_page_is_refused(graphql, name, sizes, message, field):
    body = graphql(f"{{ {name}({sizes}) {{ edges {{ cursor }} }} }}")

    [error] = body["errors"]
    assert (error["message"], error["path"]) == (message, [name])
    assert error["extensions"] == {"code": "page_refused", "field": field}


def test_without_a_size_a_page_has_twenty_rows(graphql, rows):
    page = graphql(f"{{ leads {PAGE} }}")["data"]["leads"]

    assert len(page["edges"]) == 20
    assert page["pageInfo"]["hasNextPage"] is True
    assert ids(graphql(f"{{ leads(first: null, last: null) {PAGE} }}")["data"]["leads"]) == ids(page)


def test_an_empty_page_only_tells_whether_there_is_more(graphql, rows):
    assert graphql(f"{{ leads(first: 0) {PAGE} }}")["data"]["leads"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


def test_the_rows_are_only_counted_when_the_total_is_selected(graphql, rows):
    def statements(query: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert "errors" not in graphql(query)
        return [query["sql"] for query in queries if 'FROM "leads_lead"' in query["sql"]]

    [rows_only] = statements("{ leads(first: 5) { pageInfo { hasNextPage } edges { cursor } } }")
    [total_only] = statements("{ leads(first: 5) { totalCount } }")
    assert "COUNT(" not in rows_only
    assert "COUNT(" in total_only
    assert len(statements("{ leads(first: 5) { totalCount edges { cursor } } }")) == 2


def test_the_total_is_that_of_all_pages(graphql, rows):
    cursor = graphql(f"{{ leads {PAGE} }}")["data"]["leads"]["pageInfo"]["endCursor"]

    body = graphql("query($c: String) { leads(after: $c) { totalCount edges { cursor } } }", c=cursor)

    assert (body["data"]["leads"]["totalCount"], len(body["data"]["leads"]["edges"])) == (23, 3)


# --- Cursors ---------------------------------------------------------------------------------------


def cursor_of(*values: Any) -> str:
    return to_base64("orderedcursor", json.dumps(values))


BAD_CURSORS = [
    *["", "x", "🦊", "AAAA", "b3JkZXJlZGN1cnNvcjo=", to_base64("Lead", "1"), "A" * 10_000],
    *[to_base64("orderedcursor", text) for text in ("x", "{}", "null", "[[]]", "[" * 5_000)],
    *[cursor_of("1"), cursor_of("1", "1", "1"), cursor_of(1, 1), cursor_of(None, None), cursor_of("1", None)],
    *[cursor_of(score, "1") for score in ("NaN", "sNaN", "Infinity", "1e999999", "9999999999", "0.125", "x", "")],
    *[cursor_of("1", pk) for pk in ("x", "1.5", "99999999999999999999", "")],
]


@pytest.mark.parametrize("cursor", BAD_CURSORS)
def test_a_cursor_that_is_none_is_refused(graphql, rows, cursor):
    assert refusals(graphql, "leads", "SCORE", cursor) == {"after", "before"}


@pytest.mark.parametrize(
    "moment",
    [
        *["2026-03-02", "2026-03-02T00:00:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"],
        *["9999-12-31T23:59:59-12:00", "1", "", "now"],
    ],
)
def test_a_cursor_with_no_moment_that_a_row_has_is_refused(graphql, rows, moment):
    assert refusals(graphql, "leads", "NEWEST", cursor_of(moment, "1")) == {"after", "before"}


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 301])
def test_a_cursor_with_text_that_no_row_has_is_refused(graphql, rows, name):
    assert refusals(graphql, "organizations", "NAME", cursor_of(name, "1")) == {"after", "before"}


def refusals(ask: Any, name: str, order: str, cursor: str) -> set[str]:
    """Return the arguments for which a cursor is refused in the right words."""
    found = set()
    for way in ("after", "before"):
        body = ask(f"query($c: String) {{ {name}(order: {order}, {way}: $c) {{ edges {{ cursor }} }} }}", c=cursor)
        [error] = body["errors"]
        assert (error["message"], error["extensions"]["code"]) == (BAD_CURSOR, "page_refused")
        found.add(error["extensions"]["field"])
    return found


def test_a_cursor_of_another_order_is_refused(graphql, rows):
    cursor = graphql(f"{{ leads(order: SCORE) {PAGE} }}")["data"]["leads"]["pageInfo"]["endCursor"]

    assert refusals(graphql, "leads", "NEWEST", cursor) == {"after", "before"}
    assert refusals(graphql, "contacts", "NAME", cursor_of("1")) == {"after", "before"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats())).map(
            lambda values: cursor_of(*values)
        ),
    ),
    order=st.sampled_from([*EVERY]),
)
def test_no_text_is_a_cursor_that_fails_otherwise(graphql, text, order):
    body = graphql(f"query($c: String) {{ {order[0]}(order: {order[1]}, after: $c) {{ edges {{ cursor }} }} }}", c=text)

    for error in body.get("errors", []):
        assert (error["message"], error["extensions"]["code"]) == (BAD_CURSOR, "page_refused")
