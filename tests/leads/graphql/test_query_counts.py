"""Every list costs the same number of database queries, whatever the number of rows.

The lists are found by walking the schema, so that a new one is counted as soon as it is there.
"""

from typing import Any

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from tests.leads.graphql import walk

SIZES = (1, 10, 100)

# What no list on the way asks for: the business's attributes, once, and the override of every lead.
BESIDE = 2

# `node` has a test of its own.
ROOTS = [name for name in walk.ROOT.fields if name != "node"]

WORKED_OUT = {"inPhase": 15, "stallRisks": 15, "timeline": 15, "workQueue": 15}
"""Lists that are worked out of many tables, with the queries that this takes for any number of rows; once more where
a list is asked for under two names."""


@pytest.fixture
def crowds(crowd):
    return {n: crowd(n) for n in SIZES}


@pytest.fixture
def counted(crowds, frontend):
    """Return how many database queries a query takes for each size, and what it answers for the largest."""
    people = {n: frontend(made.viewer) for n, made in crowds.items()}
    for ask in people.values():
        ask("{ qualificationSchemas { versions { criteria { key } } } }")  # a process reads a document once
        ask("{ leads { edges { node { diagnoses { goodProblem { decision } } } } } }")

    def counts(query_for: Any, sizes: tuple[int, ...] = SIZES) -> tuple[dict[int, int], dict[str, Any]]:
        found, data = {}, {}
        for n in sizes:
            reset_queries()  # of 9,000 on, the log drops one for each that comes
            with CaptureQueriesContext(connection) as queries:
                body = people[n](query_for(crowds[n]))
            assert "errors" not in body, (query_for(crowds[n]), body["errors"])
            found[n], data = len(queries), body["data"]
        return found, data

    return counts


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_a_hundred(counted, twice):
    for root in ROOTS:
        alone, _ = counted(lambda crowd, root=root: shortest(root, crowd))
        for path in walk.paths_to_lists(root):
            if path.lists > (3 if twice else 4):
                continue  # more than is answered
            counts, _ = counted(
                lambda crowd, root=root, path=path: path.query(
                    walk.arguments(root, crowd), twice=twice, first=size(path, twice)
                ),
                SIZES[:2] if twice else SIZES,
            )

            # Never more for more rows; less where what the first rows lead to is not there.
            assert max(counts.values()) == counts[1], (str(path), counts)
            worked_out = sum(WORKED_OUT.get(name, 0) for name in str(path).split("."))
            most = alone[1] + path.lists + BESIDE + worked_out
            assert max(counts.values()) <= most, (str(path), counts, alone)


def size(path: walk.Path, twice: bool) -> int:
    """Return how many rows to ask for: those of lists below lists multiply."""
    return {1: 100, 2: 10 if twice else 40, 3: 8, 4: 3}.get(path.lists, 2)


def shortest(root: str, crowd: Any) -> str:
    given = walk.arguments(root, crowd)
    inside = "edges { node { __typename } }" if walk.is_connection(walk.ROOT.fields[root]) else "__typename"
    return f"{{ {root}{f'({given})' if given else ''} {{ {inside} }} }}"


def test_what_node_gives_takes_as_many_queries_for_one_row_as_for_a_hundred(counted):
    for found in walk.object_types():
        if walk.is_node(found):
            counts, data = counted(lambda crowd, found=found: walk.of_node(found, crowd.id(found.name)))

            assert len({*counts.values()}) == 1, (found.name, counts)
            assert data["node"]["id"]


def test_no_list_of_the_schema_is_left_out():
    reached = {path.last for root in walk.ROOT.fields for path in walk.paths_to_lists(root)}

    # The choices of a value are asked for wherever values are; a conflict is answered to mutations alone, and what
    # the watched queue holds is what the queue itself does.
    assert walk.list_fields() - reached == {
        ("ChoicesValue", "choices"),
        ("DiagnosisConflict", "messages"),
        ("SelfAssessmentConflict", "messages"),
        ("Subscription", "workQueueChanged"),
    }


BOARD = """
{
  leads(first: 20) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      id title stage level levelInForce possibleLevel score worst best revision outcome
      organization { id name contacts { id name email } }
      owner { id name email }
      stakeholders { contact { name } buyingRoles }
      qualification {
        id level score judgedAt orderReady version { id number appliesWhen }
        criteria { key outcome points facts { name value { __typename } } missing { name reason } knockOutFor }
        requirements { level text holds }
        nextToAsk { criterion question attributes }
      }
      override { level reason author { name } }
      legalMoves { to level needsReason }
      values(keys: ["employees", "has_pain"]) { key value { ... on NumberValue { display } } }
    } }
  }
}
"""


def test_the_board_takes_six_queries_beside_those_for_the_session(crowd, frontend):
    ask = frontend(crowd(30).viewer)
    ask(BOARD)

    with CaptureQueriesContext(connection) as queries:
        body = ask(BOARD)

    assert "errors" not in body
    assert [table for query in queries if (table := read_from(query["sql"]))] == [
        *["django_session", "leads_user", "leads_membership"],
        *["leads_lead", "leads_contact", "leads_stakeholder", "leads_leveloverride"],
        *["leads_lead", "leads_attribute"],  # the total and the context
    ]


def read_from(sql: str) -> str:
    """Return the table that a statement reads first."""
    return sql.partition(' FROM "')[2].partition('"')[0]


@pytest.mark.parametrize("part", ["totalCount", "edges { cursor }", "pageInfo { hasNextPage }"])
def test_a_part_of_a_page_alone_takes_no_query_for_each_row(crowd, frontend, part):
    ask = frontend(crowd(10).viewer)

    with CaptureQueriesContext(connection) as queries:
        body = ask(f"{{ leads {{ edges {{ node {{ engagements(first: 2) {{ {part} }} }} }} }} }}")

    assert "errors" not in body
    assert [read_from(query["sql"]) for query in queries].count("leads_engagement") == 1


def test_an_override_under_two_names_still_is_one_query_for_all_leads(crowd, frontend):
    ask = frontend(crowd(10).viewer)
    query = "{ leads { edges { node { a: override { reason } b: override { author { name } } } } } }"

    with CaptureQueriesContext(connection) as queries:
        body = ask(query)

    assert "errors" not in body
    assert [read_from(query["sql"]) for query in queries].count("leads_leveloverride") == 1
