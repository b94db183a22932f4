"""GraphQL over HTTP: which status and which body answer a request."""

import json
from functools import partial
from typing import Any

import orjson
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from graphql import GraphQLError
from strawberry.django.views import GraphQLView
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from .extensions import INTERNAL, presentable
from .graphiql import graphiql
from .idempotency import REPLAYED, key_of, once
from .request import HTML, JSON, RESPONSE, Refusal, negotiated, read

ALLOWED: dict[str | None, set[OperationType]] = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}


class ApiView(GraphQLView):
    """Answers queries by GET and POST and mutations by POST, always in JSON.

    Under `application/json`, which is also for clients that ask for nothing special, every
    well-formed request has status 200. Under `application/graphql-response+json` one that could
    not be executed has 400. With DEBUG, a browser that opens the address gets GraphiQL.
    """

    def __init__(self, schema: Any, **kwargs: Any) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=(), **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        media_type = JSON
        try:
            if request.method not in ALLOWED:
                raise Refusal(405, "method_not_allowed", "Use GET or POST.", headers={"Allow": "GET, POST"})
            media_type = negotiated(request, page=settings.DEBUG)
            response: HttpResponseBase = graphiql(request) if media_type == HTML else self.answer(request, media_type)
        except Refusal as refusal:
            response = HttpResponse(self.encode_json(refusal.body), status=refusal.status)
            for name, value in refusal.headers.items():
                response[name] = value
        if REPLAYED not in response:
            response["Content-Type"] = f"{media_type}; charset=utf-8"
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept"])
        return response

    def answer(self, request: HttpRequest, media_type: str) -> HttpResponseBase:
        data = read(request)
        sub_response = self.get_sub_response(request)
        context: Any = self.get_context(request, response=sub_response)

        run = partial(self.execute, request, data, context, sub_response, media_type)
        key = key_of(request, data)
        return run()[0] if key is None else once(request, context, key, run)

    def execute(
        self, request: HttpRequest, data: GraphQLRequestData, context: Any, sub_response: Any, media_type: str
    ) -> tuple[HttpResponse, bool]:
        """Do what is asked for; return the response and whether there were no errors."""
        try:
            result = self.result_of(request, data, context, ALLOWED[request.method])
        except InvalidOperationTypeError as error:
            raise _not_served(error.operation_type) from error
        body = self.process_result(request, result)
        response: Any = self.create_response(body, sub_response)
        response["Content-Type"] = f"{media_type}; charset=utf-8"
        if "data" not in body:
            failed = any(error.extensions == INTERNAL for error in result.errors or ())
            response.status_code = 500 if failed else 400 if media_type == RESPONSE else 200
        return response, not result.errors

    def result_of(
        self, request: HttpRequest, data: GraphQLRequestData, context: Any, allowed: set[OperationType]
    ) -> ExecutionResult:
        """Run the operation that is asked for; raise InvalidOperationTypeError unless it is of an allowed type."""
        try:
            return self.schema.execute_sync(
                data.query,
                variable_values=data.variables,
                operation_name=data.operation_name,
                operation_extensions=data.extensions,
                context_value=context,
                root_value=self.get_root_value(request),
                allowed_operation_types=allowed,
            )
        except CannotGetOperationTypeError:
            message = "This document has no operation to run."
            if data.operation_name:
                message = f"This document has no operation named '{data.operation_name}'."
            unknown = GraphQLError(message, extensions={"code": "unknown_operation"})
            return ExecutionResult(data=None, errors=[unknown])

    def process_result(self, request: HttpRequest, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Return the body; it has no `data` if nothing was executed."""
        # What extensions raise themselves passes by the extension that masks everything else.
        result.errors = [presentable(error) for error in result.errors or ()]
        executed = result.data is not None or any(error.path for error in result.errors)
        body: GraphQLHTTPResponse = {}
        if result.errors:
            body["errors"] = [error.formatted for error in result.errors]
        if executed:
            body["data"] = result.data
        if result.extensions:
            body["extensions"] = result.extensions
        return body

    def encode_json(self, data: object) -> bytes:
        try:
            return orjson.dumps(data, default=DjangoJSONEncoder().default)
        except TypeError:
            # A whole number of more than 64 bits, or one half of a surrogate pair.
            return json.dumps(data, cls=DjangoJSONEncoder, separators=(",", ":")).encode()


def _not_served(operation_type: OperationType) -> Refusal:
    if operation_type is OperationType.SUBSCRIPTION:
        return Refusal(400, "subscription_not_supported", "This address serves no subscriptions.")
    return Refusal(405, "mutation_by_get", "Send mutations by POST.", headers={"Allow": "POST"})
