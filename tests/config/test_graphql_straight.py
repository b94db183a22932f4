"""Plain fields are read straight; what a client gets is what the usual resolvers would give."""

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from config.graphql.tenancy import Tenancy
from config.schema import Mutation, Query, schema
from leads.models import Lead

BOARD = """
query Board($with: Boolean!) {
  leads(first: 10) { edges { node { ...Card } } }
}
fragment Card on Lead {
  revision
  __typename
  called: title
  id
  organization { name contacts { name id } domain @include(if: $with) }
  nurtureUntil
  stage
  owner { role name }
  score
  qualification { level judgedAt }
}
"""


class Request:
    """What the API context needs to know of a request."""

    def __init__(self, viewer) -> None:
        self.user = viewer.membership.user
        self.headers = {"X-Business": viewer.business.slug}


@pytest.fixture
def execute(rep):
    from config.context import ApiContext

    def executed(schema, query, **variables):
        return schema.execute_sync(query, variable_values=variables, context_value=ApiContext(Request(rep)))

    return executed


@pytest.fixture
def usual():
    config = StrawberryConfig(relay_max_results=100, relay_use_legacy_global_id=False)
    return strawberry.Schema(query=Query, mutation=Mutation, extensions=[Tenancy], config=config)


@pytest.mark.parametrize("included", [True, False])
def test_straight_fields_answer_as_the_usual_ones_do_and_in_the_order_asked_for(
    execute, usual, rep, business, publish, make_lead, included
):
    publish(business)
    make_lead(rep, values={"has_pain": True})
    make_lead(rep, "Other", owner_id=rep.membership.pk)

    straight = execute(schema, BOARD, **{"with": included})
    expected = execute(usual, BOARD, **{"with": included})

    assert straight.errors is None
    assert straight.data == expected.data
    card = straight.data["leads"]["edges"][0]["node"]
    assert list(card)[:5] == ["revision", "__typename", "called", "id", "organization"]


def test_a_straight_field_that_fails_is_answered_like_any_other_that_fails(execute, rep, make_lead):
    make_lead(rep)
    Lead.objects.update(stage="elsewhere")

    result = execute(schema, "{ leads { edges { node { title stage } } } }")

    assert [(error.path, error.message) for error in result.errors] == [
        (["leads", "edges", 0, "node", "stage"], "Something went wrong on our side.")
    ]
    assert result.data is None
