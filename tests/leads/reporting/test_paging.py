"""Walking through the pages of a list visits every row once, in order, in both directions."""

import pytest

from leads.models import Lead
from tests.leads.reporting import shared

LISTS = [(root, order) for root in shared.roots() for order in shared.orders_of(root)]


def page(ask, root, arguments):
    body = ask(
        f"{{ {root}({arguments}) {{ edges {{ cursor node {{ id }} }} "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    assert "errors" not in body
    found = body["data"][root]
    return [edge["node"]["id"] for edge in found["edges"]], found["pageInfo"]


@pytest.mark.parametrize(("root", "order"), LISTS)
@pytest.mark.parametrize("size", [1, 5])
def test_a_walk_visits_every_row_once(root, order, size, reports, assortment, business):
    assortment(business, 12)
    everything, _ = page(reports, root, f"order: {order}, first: 100")

    forwards, cursor, more = [], "", True
    while more:
        ids, info = page(reports, root, f"order: {order}, first: {size}{cursor}")
        assert info["hasPreviousPage"] is bool(cursor)
        forwards += ids
        cursor, more = f', after: "{info["endCursor"]}"', info["hasNextPage"]
    backwards, cursor, more = [], "", True
    while more:
        ids, info = page(reports, root, f"order: {order}, last: {size}{cursor}")
        assert info["hasNextPage"] is bool(cursor)
        backwards = ids + backwards
        cursor, more = f', before: "{info["startCursor"]}"', info["hasPreviousPage"]

    assert forwards == everything
    assert backwards == everything
    assert len(set(everything)) == {"leads": 12, "organizations": 4}[root]


def test_qualifications_are_walked_newest_first(reports, assortment, business):
    assortment(business, 6)
    everything, info = page(reports, "qualifications", "first: 12")

    first, info = page(reports, "qualifications", "first: 7")
    rest, last = page(reports, "qualifications", f'first: 7, after: "{info["endCursor"]}"')

    assert first + rest == everything
    assert len(set(everything)) == 12
    assert last["hasNextPage"] is False


def test_a_row_that_comes_in_before_the_cursor_shifts_nothing(reports, assortment, business, make_lead, manager, now):
    assortment(business, 6)
    everything, _ = page(reports, "leads", "order: OLDEST")
    first, info = page(reports, "leads", "order: OLDEST, first: 3")

    late = make_lead(manager)
    Lead.objects.filter(pk=late.pk).update(created_at=now.replace(year=2000))
    rest, _ = page(reports, "leads", f'order: OLDEST, after: "{info["endCursor"]}"')

    assert first + rest == everything


def test_a_page_has_20_rows_if_nothing_is_said(reports, assortment, business):
    assortment(business)

    ids, info = page(reports, "leads", "order: SCORE")

    assert (len(ids), info["hasNextPage"]) == (20, True)


def test_a_page_of_none_is_empty(reports, assortment, business):
    assortment(business)

    assert page(reports, "leads", "first: 0") == (
        [],
        {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    )


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA==", "W10=", "WyItc2NvcmUsaWQiLCAiTmFOIiwgIjEiXQ=="])
def test_a_cursor_from_elsewhere_is_refused(cursor, reports, business):
    body = reports("query($after: String) { leads(after: $after) { edges { cursor } } }", after=cursor)

    assert body == {
        "errors": [
            {
                "message": "This cursor does not belong to this list and order.",
                "locations": [{"line": 1, "column": 25}],
                "path": ["leads"],
                "extensions": {"code": "page_refused", "field": "after"},
            }
        ],
        "data": None,
    }


def test_a_cursor_of_another_order_is_refused(reports, assortment, business):
    assortment(business)
    _, info = page(reports, "leads", "order: NEWEST, first: 1")

    body = reports(f'{{ leads(order: OLDEST, after: "{info["endCursor"]}") {{ edges {{ cursor }} }} }}')

    assert [error["extensions"]["code"] for error in body["errors"]] == ["page_refused"]
