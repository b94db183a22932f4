"""The lead board over HTTP: how it grows with the leads, and what stock settings would take."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import strawberry
from calling import Caller, body, checked, queries, use
from django.test import override_settings
from django.urls import path
from filling import fill
from measuring import Row, at_least, at_most, in_turn
from samples import business_with, six_criteria
from strawberry.django.views import GraphQLView
from strawberry.schema.config import StrawberryConfig
from strawberry_django.optimizer import DjangoOptimizerExtension

from config.context import ApiContext
from config.graphql.tenancy import Tenancy
from config.schema import Mutation, Query
from config.urls import urlpatterns as ours
from leads.models import Lead

FEW, MANY = 1_000, 100_000
ROUNDS, CALLS = 7, 12
BOARD = """
query Board($after: String) {
  leads(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node {
      id title stage levelInForce score
      organization { id name contacts { id name email } }
      owner { id name }
      qualification { id level score judgedAt }
    } }
  }
}
"""


class StockView(GraphQLView):
    """The same types, executed as strawberry and strawberry-django do when nothing is set."""

    def get_context(self, request, response):
        return ApiContext(request, response)


stock = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    extensions=[Tenancy, DjangoOptimizerExtension],
    config=StrawberryConfig(relay_max_results=100, relay_use_legacy_global_id=False),
)
urlpatterns = [*ours, path("stock/", StockView.as_view(schema=stock, graphql_ide=None))]


def measure(urls: Sequence[str]) -> Iterator[Row]:
    many, few = urls
    callers: dict[str, Caller] = {}
    for url, leads in ((few, FEW), (many, MANY)):
        use(url)
        rep = business_with(six_criteria())
        began = time.monotonic()
        fill(rep, leads)
        filled = time.monotonic() - began
        assert rep.membership is not None
        callers[url] = Caller(rep.membership.user, rep.business)
    with override_settings(ROOT_URLCONF=__name__):
        yield from _compared(callers, many, few)
    yield Row(f"  filling {MANY:,} leads", f"{filled:,.0f} s", "below 60 s", filled < 60)


def _compared(callers: dict[str, Caller], many: str, few: str) -> Iterator[Row]:
    def asking(url: str, path: str, query: bytes) -> Callable[[], bytes]:
        return partial(callers[url].post, path, query)

    page = body(BOARD)
    leads = checked(asking(many, "/graphql/", page)())["leads"]
    middle = Lead.objects.order_by("-score", "id")[MANY // 2]
    second, in_the_middle = body(BOARD, after=leads["pageInfo"]["endCursor"]), body(BOARD, after=_cursor(middle))
    if checked(asking(many, "/stock/", page)())["leads"] != leads:
        raise RuntimeError("With stock settings the board shows something else.")

    asked = {
        "few": (few, asking(few, "/graphql/", page)),
        "many": (many, asking(many, "/graphql/", page)),
        "stock": (many, asking(many, "/stock/", page)),
        "second": (many, asking(many, "/graphql/", second)),
        "middle": (many, asking(many, "/graphql/", in_the_middle)),
    }
    calls = {name: call for name, (_, call) in asked.items()}
    made = {name: _queries(*part) for name, part in asked.items()}
    spent = in_turn(
        calls,
        rounds=ROUNDS,
        calls=CALLS,
        before={name: partial(_warm, *part) for name, part in asked.items()},
    )

    ratio = spent["many"].wall / spent["few"].wall
    yield at_most(f"board of 50 leads, among {MANY:,} against {FEW:,}", ratio, 1.3, str(spent["many"]))
    for name, what in (("second", "the second page"), ("middle", "a page in the middle")):
        ratio = spent[name].wall / spent["many"].wall
        yield Row(f"  {what}, against the first", f"{ratio:.2f} × ({spent[name]})")
    same = len(made["few"]) == len(made["many"])
    numbers = ", ".join(f"{len(found)}" for found in made.values())
    yield Row("  statements with few, many, stock, second, middle", numbers, "the same number", same)
    yield Row("  which", ", ".join(made["many"]))
    yield at_least(
        "board with stock settings, against ours",
        spent["stock"].wall / spent["many"].wall,
        3,
        f"{spent['stock']} against {spent['many']}",
    )


def _warm(url: str, call: Callable[[], bytes]) -> None:
    use(url)
    call()


def _cursor(lead: Lead) -> str:
    values = json.dumps([str(lead.score), str(lead.pk)])
    return base64.b64encode(f"orderedcursor:{values}".encode()).decode()


def _queries(url: str, call: Callable[[], bytes]) -> list[str]:
    _warm(url, call)
    return queries(call)
