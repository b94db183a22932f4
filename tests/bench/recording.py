"""Recording evidence over HTTP and judging anew, against a view that commits one UPDATE."""

from collections.abc import Iterator, Sequence
from itertools import cycle

from calling import Caller, body, checked, queries
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from filling import fill
from measuring import Row, at_most, in_turn
from samples import business_with, six_criteria

from config.context import ApiContext
from config.urls import urlpatterns as ours
from leads.global_ids import global_id
from leads.models import Lead

LEADS = 1_000
ROUNDS, CALLS = 7, 40
RECORD = """
mutation Record($lead: ID!, $employees: Decimal!) {
  recordEvidence(lead: $lead, values: [{key: "employees", value: {number: $employees}}]) {
    __typename
    ... on Lead { id level score revision }
    ... on OperationInfo { messages { code message } }
  }
}
"""


def bare(request: HttpRequest) -> HttpResponse:
    """Do the least that any change costs: find out who asks, and commit one UPDATE."""
    viewer = ApiContext(request).viewer
    Lead.objects.visible_to(viewer).filter(pk=request.body).update(revision=F("revision") + 1)
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [*ours, path("bare/", bare)]


def measure(urls: Sequence[str]) -> Iterator[Row]:
    with override_settings(ROOT_URLCONF=__name__):
        yield from _measured()


def _measured() -> Iterator[Row]:
    rep = business_with(six_criteria())
    fill(rep, LEADS)
    assert rep.membership is not None
    caller = Caller(rep.membership.user, rep.business)
    leads = cycle(Lead.objects.order_by("id").values_list("pk", flat=True))
    # The size moves between bands, so that nearly every recording changes the judgement.
    sizes = cycle(["30", "100", "300"])

    def record() -> bytes:
        lead = global_id("Lead", next(leads))
        return caller.post("/graphql/", body(RECORD, lead=lead, employees=next(sizes)))

    def update() -> bytes:
        return caller.post("/bare/", str(next(leads)).encode())

    answer = checked(record())["recordEvidence"]
    if answer["__typename"] != "Lead":
        raise RuntimeError(f"Nothing was recorded: {answer}")
    update()
    made, made_by_bare = queries(record), queries(update)
    spent = in_turn(
        {"record": record, "bare": update},
        rounds=ROUNDS,
        calls=CALLS,
    )
    yield at_most(
        f"recordEvidence on {connection.display_name}, against a bare UPDATE",
        spent["record"].wall / spent["bare"].wall,
        6,
        f"{spent['record']} against {spent['bare']}",
    )
    yield Row("  statements", f"{len(made)} against {len(made_by_bare)}")
    yield Row("  which", ", ".join(made))
