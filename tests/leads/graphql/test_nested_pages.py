"""Pages below an object: bounded like those at the root, and fetched for a whole list at once."""

from datetime import timedelta

import pytest

from config.graphql.limits import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from leads.global_ids import global_id
from leads.graphql.connection import PAGE, PAGE_AT_MOST
from leads.models import Engagement, Lead, Organization
from tests.leads.graphql import walk

FORWARDS = ("workQueue", "timeline")  # which are read forwards only
EDGES = "{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } }"
ONCE = (
    "Below a list, 'engagements' is read for all rows at once: ask for its first or last page only, "
    "and under one name. For another, ask for one object by its id."
)


@pytest.fixture
def leads(business, now):
    """Return three leads with 45, 3 and no engagements, several of them at the same moment."""
    home = Organization.objects.create(business=business, name="Initech")
    leads = [
        Lead.objects.create(business=business, organization=home, stage_since=now, created_at=now, score=-i)
        for i in range(3)
    ]
    Engagement.objects.bulk_create(
        Engagement(
            business=business,
            lead=lead,
            kind="call",
            title=f"{i}",
            happened_at=now - timedelta(days=i // 2),
            recorded_at=now,
        )
        for lead, count in ((leads[0], 45), (leads[1], 3))
        for i in range(count)
    )
    return leads


def engagements(lead: Lead) -> list[str]:
    """Return the ids of a lead's engagements, latest first."""
    found = sorted(Engagement.objects.filter(lead=lead), key=lambda row: (row.happened_at, row.pk), reverse=True)
    return [global_id("Engagement", row.pk) for row in found]


def ids(page):
    return [edge["node"]["id"] for edge in page["edges"]]


def test_what_a_query_costs_is_counted_with_the_sizes_that_pages_have():
    assert (PAGE, PAGE_AT_MOST) == (DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


def test_every_connection_of_the_schema_takes_the_same_four_arguments():
    found = {
        f"{parent.name}.{name}": [str(field.args[key].type) for key in ("first", "last", "after", "before")]
        for parent in walk.object_types()
        for name, field in parent.fields.items()
        if walk.is_connection(field) and not name.startswith(FORWARDS)
    }

    assert {"Query.leads", "Lead.evidence", "Organization.leads"} < set(found)
    assert {tuple(types) for types in found.values()} == {("Int", "Int", "String", "String")}


@pytest.mark.parametrize("name", ["evidence", "engagements", "transitions", "qualifications"])
def test_without_a_size_a_page_below_each_row_has_twenty_rows(crowd, frontend, name):
    ask = frontend(crowd(30).viewer)

    for query in (
        f"{{ leads {{ edges {{ node {{ {name} {EDGES} }} }} }} }}",
        f"{{ leads {{ edges {{ node {{ a: {name} {EDGES} }} }} }} }}",
    ):
        body = ask(query)
        pages = [page for edge in body["data"]["leads"]["edges"] for page in edge["node"].values()]

        longest = max(pages, key=lambda page: page["totalCount"])
        assert longest["totalCount"] >= 30
        assert (len(longest["edges"]), longest["pageInfo"]["hasNextPage"]) == (20, True)


def test_an_organization_shows_its_leads_in_pages(crowd, frontend):
    many = crowd(25)
    ask = frontend(many.viewer)

    body = ask(f'{{ organization(id: "{many.id("Organization")}") {{ leads {EDGES} }} }}')

    page = body["data"]["organization"]["leads"]
    assert (page["totalCount"], len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (27, 20, True)


def test_below_a_list_every_row_has_its_own_first_and_last_page(graphql, leads):
    query = f"query($n: Int) {{ leads {{ edges {{ node {{ engagements(%s: $n) {EDGES} }} }} }} }}"

    for n in (0, 1, 3, 44, 45, 46):
        for way, cut in (
            ("first", lambda rows, n=n: rows[:n]),
            ("last", lambda rows, n=n: rows[len(rows) - n :] if n < len(rows) else rows),
        ):
            body = graphql(query % way, n=n)

            pages = [edge["node"]["engagements"] for edge in body["data"]["leads"]["edges"]]
            more = "hasNextPage" if way == "first" else "hasPreviousPage"
            for lead, page in zip(leads, pages, strict=True):
                everything = engagements(lead)
                assert ids(page) == cut(everything)
                assert page["totalCount"] == len(everything)
                assert page["pageInfo"][more] == (len(everything) > n)


def test_the_pages_of_one_object_are_walked_either_way(graphql, leads):
    def page(way: str, cursor: str | None):
        query = f"query($id: ID!, $c: String) {{ lead(id: $id) {{ engagements({way}: $c) {EDGES} }} }}"
        return graphql(query, id=global_id("Lead", leads[0].pk), c=cursor)["data"]["lead"]["engagements"]

    for way, more, end in (
        ("first: 7, after", "hasNextPage", "endCursor"),
        ("last: 7, before", "hasPreviousPage", "startCursor"),
    ):
        found, cursor = [], None
        while cursor is None or found[-1]["pageInfo"][more]:
            found.append(page(way, cursor))
            cursor = found[-1]["pageInfo"][end]
        ordered = found if more == "hasNextPage" else found[::-1]
        assert [row for one in ordered for row in ids(one)] == engagements(leads[0])
        assert {one["totalCount"] for one in found} == {45}


def test_the_totals_below_a_list_can_be_asked_for_alone(graphql, leads):
    body = graphql("{ leads { edges { node { engagements { totalCount } } } } }")

    assert [edge["node"]["engagements"]["totalCount"] for edge in body["data"]["leads"]["edges"]] == [45, 3, 0]


@pytest.mark.parametrize("below", ["node", "lead", "organization"])
def test_a_bad_cursor_below_one_object_is_refused(graphql, leads, below):
    query = {
        "node": 'node(id: "%s") { ... on Lead { engagements(after: "x") { totalCount } } }',
        "lead": 'lead(id: "%s") { engagements(after: "x") { totalCount } }',
        "organization": 'lead(id: "%s") { organization { leads(after: "x") { totalCount } } }',
    }[below]

    [error] = graphql("{ " + query % global_id("Lead", leads[0].pk) + " }")["errors"]

    assert error["message"] == "This cursor does not belong to this list and order."
    assert error["extensions"] == {"code": "page_refused", "field": "after"}


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ("first: 101", "first must be from 0 to 100."),
        ("last: -1", "last must be from 0 to 100."),
        ("first: 1, last: 1", "Give either first or last."),
    ],
)
def test_a_size_that_is_no_page_is_refused_below_an_object_too(graphql, leads, sizes, message):
    of_one = f'{{ lead(id: "{global_id("Lead", leads[0].pk)}") {{ engagements({sizes}) {EDGES} }} }}'
    of_list = f"{{ leads(first: 5) {{ edges {{ node {{ engagements({sizes}) {EDGES} }} }} }} }}"

    for query in (of_one, of_list):
        [error] = graphql(query)["errors"]
        assert (error["message"], error["extensions"]["code"]) == (message, "page_refused")


@pytest.mark.parametrize(
    "rows",
    [
        'engagements(after: "b3JkZXJlZGN1cnNvcjpbXQ==") { totalCount }',
        'engagements(before: "x") { totalCount }',
        "a: engagements(first: 2) { totalCount } b: engagements(first: 2) { totalCount }",
        "a: organization { leads(first: 1) { edges { node { engagements(first: 1) { totalCount } } } } }"
        " b: organization { leads(first: 1) { edges { node { engagements(first: 2) { totalCount } } } } }",
    ],
)
def test_what_could_only_be_read_row_by_row_is_refused_below_a_list(graphql, leads, rows):
    [error] = graphql(f"{{ leads {{ edges {{ node {{ {rows} }} }} }} }}")["errors"]

    assert error["message"] == ONCE
    assert error["extensions"] == {"code": "page_refused"}


def test_two_pages_of_one_connection_below_a_list_are_refused_before_anything_is_read(
    graphql, leads, django_assert_max_num_queries
):
    two = "a: engagements(first: 1) { totalCount } b: engagements(first: 2) { totalCount }"
    query = f"{{ leads {{ edges {{ node {{ {two} }} }} }} }}"

    with django_assert_max_num_queries(2):  # who asks
        body = graphql(query)

    [error] = body["errors"]
    assert error["extensions"] == {"code": "aliased_connection"}
    assert error["message"] == (
        "Below a list, 'engagements' is answered for one set of arguments only. Ask for it once, with arguments "
        "that cover both, or ask for the second in a query of its own."
    )


def test_below_one_object_two_pages_of_one_connection_are_answered(graphql, leads):
    lead = global_id("Lead", leads[0].pk)
    pages = " ".join(
        f"{name}: engagements({size}) {EDGES}"
        for name, size in (("a", "first: 1"), ("b", "first: 2"), ("c", "last: 3"))
    )
    query = f'{{ lead(id: "{lead}") {{ {pages} }} }}'

    found = graphql(query)["data"]["lead"]

    everything = engagements(leads[0])
    assert [ids(found[name]) for name in "abc"] == [everything[:1], everything[:2], everything[-3:]]


def test_one_organization_under_two_names_shows_the_page_that_each_asks_for(graphql, leads):
    lead = global_id("Lead", leads[0].pk)
    pages = " ".join(f"{name}: organization {{ leads(first: {n}) {EDGES} }}" for n, name in ((1, "a"), (2, "b")))
    query = f'{{ lead(id: "{lead}") {{ {pages} }} }}'

    found = graphql(query)["data"]["lead"]

    assert [len(found[name]["leads"]["edges"]) for name in "ab"] == [1, 2]
