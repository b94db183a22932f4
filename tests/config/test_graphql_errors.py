"""What a client reads of an error, and what the log keeps of it."""

import json
import logging

import pytest
import strawberry
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from graphql import GraphQLError, ValidationRule
from strawberry import relay
from strawberry.extensions import SchemaExtension, ValidationCache

from config.graphql.extensions import Errors, extensions, presentable
from config.graphql.view import ApiView
from leads.domain.errors import DomainError


class LeadIsClosed(DomainError):
    code = "lead_is_closed"


@strawberry.type
class Query:
    @strawberry.field
    def fine(self) -> str:
        return "fine"

    @strawberry.field
    def unexpected(self) -> str | None:
        raise RuntimeError("the password is swordfish")

    @strawberry.field
    def closed(self) -> str | None:
        raise LeadIsClosed("This lead is closed.")

    @strawberry.field
    def closed_stage(self) -> str | None:
        raise LeadIsClosed("This lead is closed.", field="stage")

    @strawberry.field
    def on_purpose(self) -> str | None:
        raise GraphQLError("Ask later.", extensions={"code": "later", "seconds": 5})

    @strawberry.field
    def without_code(self) -> str | None:
        raise GraphQLError("the password is swordfish")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise PermissionDenied

    @strawberry.field
    def forbidden_because(self) -> str | None:
        raise PermissionDenied("Only managers may do this.")

    @strawberry.field
    def too_big(self) -> int | None:
        return 2**40

    @strawberry.field
    def null(self) -> str:
        return None

    @strawberry.field
    def by_id(self, id: relay.GlobalID) -> str | None:  # noqa: A002
        return id.node_id

    @strawberry.field
    def with_default(self, count: int = 3) -> str | None:
        return str(count)


def answer(query, *own, variables=None, accept="application/json"):
    schema = strawberry.Schema(Query, extensions=extensions(*own))
    body = {"query": query, "variables": variables}
    request = RequestFactory().post("/", body, content_type="application/json", headers={"accept": accept})
    response = ApiView.as_view(schema=schema)(request)
    return response.status_code, json.loads(response.content)


def error(query, **more):
    _, body = answer(query, **more)
    [found] = body["errors"]
    return found["message"], found["extensions"]


MASKED = ("Something went wrong on our side.", {"code": "internal_error"})


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("{ unexpected }", "RuntimeError: the password is swordfish"),
        ("{ withoutCode }", "GraphQLError: the password is swordfish"),
        ("{ tooBig }", "GraphQLError: Int cannot represent non 32-bit signed integer value: 1099511627776"),
        ("{ null }", "TypeError: Cannot return null for non-nullable field Query.null."),
    ],
)
def test_an_unexpected_error_is_masked_and_logged_once_with_its_cause(query, cause, caplog):
    shown = error(query)

    records = [record for record in caplog.records if record.name == "graphql"]
    assert shown == MASKED
    assert [(record.levelno, record.getMessage()) for record in records] == [
        (logging.ERROR, f"Unexpected error at '{query.strip('{ }')}'")
    ]
    assert cause in caplog.handler.formatter.formatException(records[0].exc_info)


def test_a_masked_error_still_says_where_it_happened():
    assert answer("{ fine unexpected }") == (
        200,
        {
            "errors": [
                {
                    "message": "Something went wrong on our side.",
                    "locations": [{"line": 1, "column": 8}],
                    "path": ["unexpected"],
                    "extensions": {"code": "internal_error"},
                }
            ],
            "data": {"fine": "fine", "unexpected": None},
        },
    )


@pytest.mark.parametrize(
    ("query", "message", "shown"),
    [
        ("{ closed }", "This lead is closed.", {"code": "lead_is_closed"}),
        ("{ closedStage }", "This lead is closed.", {"code": "lead_is_closed", "field": "stage"}),
        ("{ onPurpose }", "Ask later.", {"code": "later", "seconds": 5}),
        ("{ forbidden }", "You are not allowed to do this.", {"code": "permission_denied"}),
        ("{ forbiddenBecause }", "Only managers may do this.", {"code": "permission_denied"}),
        ('{ byId(id: "zz") }', "This id is not valid.", {"code": "invalid_id"}),
        ("{ zzzzzz }", "Cannot query field 'zzzzzz' on type 'Query'.", {"code": "invalid_request"}),
        ("{", "Syntax Error: Expected Name, found <EOF>.", {"code": "syntax_error"}),
    ],
)
def test_what_is_meant_for_the_client_is_shown_with_a_code_and_not_logged(query, message, shown, caplog):
    assert error(query) == (message, shown)
    assert [record for record in caplog.records if record.name == "graphql"] == []


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query ($n: Int!) { withDefault(count: $n) }",
            {"n": "x"},
            "Variable '$n' got invalid value 'x'; Int cannot represent non-integer value: 'x'",
        ),
        (
            "query ($n: Int) { withDefault(count: $n) }",
            {"n": None},
            "Argument 'count' of non-null type 'Int!' must not be null.",
        ),
    ],
)
def test_complaints_about_variables_are_shown(query, variables, message):
    assert error(query, variables=variables) == (message, {"code": "invalid_request"})


def test_presenting_twice_changes_nothing_and_logs_nothing_more(caplog):
    once = presentable(GraphQLError("secret", original_error=RuntimeError("secret")))

    assert presentable(once) is once
    assert (once.message, once.extensions) == MASKED
    assert len(caplog.records) == 1


class Breaks(SchemaExtension):
    raised: Exception = RuntimeError("the password is swordfish")

    def on_operation(self):
        raise self.raised
        yield


class Refuses(Breaks):
    raised = LeadIsClosed("This business is closed.")


def test_an_exception_in_an_extension_is_masked_too_and_has_status_500():
    for accept in ("application/json", "application/graphql-response+json"):
        status, body = answer("{ fine }", Breaks, accept=accept)

        assert (status, body) == (500, {"errors": [{"message": MASKED[0], "extensions": MASKED[1]}]})


def test_an_extension_may_refuse_with_a_domain_error():
    expected = {"errors": [{"message": "This business is closed.", "extensions": {"code": "lead_is_closed"}}]}

    assert answer("{ fine }", Refuses) == (200, expected)
    assert answer("{ fine }", Refuses, accept="application/graphql-response+json") == (400, expected)


def test_streamed_results_are_made_presentable_before_they_leave():
    class Result:
        errors = [GraphQLError("secret", original_error=RuntimeError("secret"))]

    hook = Errors().on_stream_result(Result)
    next(hook)

    assert [shown.message for shown in Result.errors] == [MASKED[0]]


# --- Caches ----------------------------------------------------------------------------------------


class Counts(ValidationRule):
    validated = 0

    def enter_document(self, *_):
        type(self).validated += 1


class RefusesAll(ValidationRule):
    def enter_document(self, node, *_):
        self.report_error(GraphQLError("No.", node, extensions={"code": "no"}))


def also(rule):
    class Also(SchemaExtension):
        def on_operation(self):
            self.execution_context.validation_rules += (rule,)
            yield

    return Also


def test_a_verdict_is_kept_for_the_text_but_not_for_other_rules_or_another_schema():
    counting = strawberry.Schema(Query, extensions=extensions(also(Counts)))
    refusing = strawberry.Schema(Query, extensions=extensions(also(RefusesAll)))
    query = "query Kept { fine }"

    for _ in range(3):
        assert counting.execute_sync(query).data == {"fine": "fine"}
        assert [e.message for e in refusing.execute_sync(query).errors] == ["No."]

    assert Counts.validated == 1


def test_a_kept_refusal_stays_the_same_refusal():
    query = "{ " + " ".join(f"a{i}: fine" for i in range(21)) + " }"
    message = "This operation has 21 root fields; at most 20 are answered."

    assert [error(query) for _ in range(3)] == [(message, {"code": "too_many_root_fields"})] * 3


def test_a_kept_document_may_need_its_operation_named_each_time():
    schema = strawberry.Schema(Query, extensions=extensions())
    query = "query A { fine } query B { unexpected }"

    for _ in range(2):
        assert schema.execute_sync(query, operation_name="A").data == {"fine": "fine"}
        [found] = schema.execute_sync(query).errors
        assert found.extensions == {"code": "operation_name_missing"}


def test_the_caches_are_bounded():
    schema = strawberry.Schema(Query, extensions=extensions())

    for i in range(200):
        schema.execute_sync(f"query Q{i} {{ fine }}")

    [verdicts] = [e for e in schema.get_extensions() if isinstance(e, ValidationCache)]
    info = verdicts.cached_validate_document.cache_info()
    assert (info.maxsize, info.currsize) == (128, 128)
