"""Recording evidence over HTTP and judging anew, against a view that commits one UPDATE; and doing it once."""

from collections.abc import Iterator, Sequence
from itertools import count, cycle

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

    keys = count()
    once = Caller(rep.membership.user, rep.business)

    def record_once() -> bytes:
        once.headers["HTTP_IDEMPOTENCY_KEY"] = str(next(keys))
        lead = global_id("Lead", next(leads))
        return once.post("/graphql/", body(RECORD, lead=lead, employees=next(sizes)))

    once.headers["HTTP_IDEMPOTENCY_KEY"] = "again"
    again = body(RECORD, lead=global_id("Lead", next(leads)), employees=next(sizes))

    def replay() -> bytes:
        once.headers["HTTP_IDEMPOTENCY_KEY"] = "again"
        return once.post("/graphql/", again)

    def update() -> bytes:
        return caller.post("/bare/", str(next(leads)).encode())

    answer = checked(record())["recordEvidence"]
    if answer["__typename"] != "Lead":
        raise RuntimeError(f"Nothing was recorded: {answer}")
    update()
    if replay() != replay():
        raise RuntimeError("A request that was sent again was answered otherwise.")
    made, made_by_bare, made_once = queries(record), queries(update), queries(record_once)
    spent = in_turn(
        {"record": record, "bare": update, "once": record_once, "replay": replay},
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
    yield at_most(
        "  with Idempotency-Key, against without",
        spent["once"].wall / spent["record"].wall,
        1.5,
        f"{spent['once']} against {spent['record']}",
    )
    yield at_most(
        "  sent again, against a bare UPDATE",
        spent["replay"].wall / spent["bare"].wall,
        1.5,
        f"{spent['replay']} against {spent['bare']}",
    )
    yield Row("  statements with Idempotency-Key", str(len(made_once)))
