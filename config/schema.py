"""The API for frontends: what the apps offer, put together."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from config.graphql.direct import RootOptimizer, straighten
from config.graphql.extensions import extensions
from config.graphql.tenancy import Tenancy
from leads.graphql.connection import PAGE_AT_MOST
from leads.graphql.mutations import Mutation as LeadsMutation
from leads.graphql.queries import Query as LeadsQuery
from leads.graphql.results import Refusals


@strawberry.type(description="What can be read.")
class Query(LeadsQuery):
    pass


@strawberry.type(description="What can be changed. Every mutation answers its object or an OperationInfo.")
class Mutation(LeadsMutation):
    pass


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    extensions=extensions(Tenancy, RootOptimizer),
    exception_handlers=[Refusals()],
    config=StrawberryConfig(relay_max_results=PAGE_AT_MOST, relay_use_legacy_global_id=False),
)
straighten(schema)
