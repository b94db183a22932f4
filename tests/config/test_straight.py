"""The straight way to plain fields changes how fast an answer comes, and nothing in it."""

from typing import Any

import pytest
import strawberry
from django.test import RequestFactory

from config.context import ApiContext
from config.graphql.direct import RootOptimizer
from config.graphql.extensions import extensions
from config.graphql.tenancy import Tenancy
from config.schema import Mutation, Query, schema
from leads.graphql.results import Refusals
from leads.models import Lead
from tests.leads.graphql import walk

USUAL = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    extensions=extensions(Tenancy, RootOptimizer),
    exception_handlers=[Refusals()],
    config=schema.config,
)


@pytest.fixture
def both(crowd):
    """Return what the schema answers and what one without straight ways answers, and who is asked about."""
    made = crowd(3)

    def answers(query: str) -> tuple[Any, Any]:
        found = []
        for asked in (schema, USUAL):
            request = RequestFactory().post("/graphql/", headers={"X-Business": made.viewer.business.slug})
            request.user = made.viewer.membership.user
            found.append(asked.execute_sync(query, context_value=ApiContext(request)))
        straight, usual = found
        assert straight.errors == usual.errors or [str(error) for error in straight.errors] == [
            str(error) for error in usual.errors
        ]
        return straight.data, usual.data

    return answers, made


def test_every_object_is_answered_alike(both):
    answers, made = both
    for found in walk.object_types():
        if walk.is_node(found):
            query = (
                f'{{ node(id: "{made.id(found.name)}") {{ id ... on {found.name} {{ {walk.leaves(found, 3)} }} }} }}'
            )
            straight, usual = answers(query)

            assert straight == usual
            assert straight["node"]["id"] == made.id(found.name)
            assert list(straight["node"]) == list(usual["node"])  # in the order that was asked for


@pytest.mark.parametrize("root", [name for name in walk.ROOT.fields if name != "node"])
def test_every_list_is_answered_alike(both, root):
    answers, made = both
    given = f'id: "{made.id(root.capitalize())}"' if "id" in walk.ROOT.fields[root].args else ""
    for path in walk.paths_to_lists(root):
        if path.lists > 4:
            continue  # more than is answered
        straight, usual = answers(path.query(given, first=3))

        assert straight == usual
        assert straight[root]


def test_null_relations_and_empty_texts_are_answered_alike(both):
    answers, _ = both
    Lead.objects.update(owner=None, qualification=None, nurture_until=None, outcome="", title="")
    query = f"{{ leads {{ edges {{ node {{ {walk.leaves(walk.SCHEMA.type_map['Lead'])} }} }} }} }}"

    straight, usual = answers(query)

    assert straight == usual
    [first, *_] = [edge["node"] for edge in straight["leads"]["edges"]]
    assert (first["owner"], first["qualification"], first["nurtureUntil"], first["outcome"]) == (None,) * 4


def test_a_value_that_no_enum_has_is_an_error_either_way(both):
    answers, _ = both
    Lead.objects.update(level="gold")

    straight, usual = answers("{ leads { edges { node { id level } } } }")

    assert straight is None
    assert usual is None
