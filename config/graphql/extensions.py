"""What happens around every operation: caps, caches, and what an error may say."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from graphql import GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.relay import GlobalIDValueError

from leads.domain.errors import DomainError

from .limits import MAX_QUERY_LENGTH, MAX_TOKENS, NoNulCharacters, limits

logger = logging.getLogger("graphql")

INTERNAL = {"code": "internal_error"}

SEVERAL_OPERATIONS = "This document has several operations: name the one to run in operationName."

CACHED_DOCUMENTS = 128
"""Texts whose documents and verdicts are kept. The largest take 1.7 MB each, the usual ones a fifth."""


def extensions(*own: Callable[[], SchemaExtension]) -> list[Callable[[], SchemaExtension]]:
    """Return the extensions of a `strawberry.Schema`, those of the caller innermost.

    An exception inside one of them is masked by `ApiView`, which sees the result last.
    """
    return [
        Errors,
        Guards,
        partial(ParserCache, maxsize=CACHED_DOCUMENTS),
        partial(ValidationCache, maxsize=CACHED_DOCUMENTS),
        OneOperation,
        *own,
    ]


def presentable(error: GraphQLError) -> GraphQLError:
    """Return what a client may see of an error; it always has `extensions["code"]`.

    An error that has a code already is returned as it is. What nobody meant to show is logged and
    replaced, so this may run twice over one error but logs once.
    """
    if "code" in (error.extensions or {}):
        return error
    cause = error.original_error
    if isinstance(cause, DomainError):
        shown = {"code": cause.code} | ({"field": cause.field} if cause.field else {})
        return _as(error, cause.message, shown)
    if isinstance(cause, PermissionDenied):
        return _as(error, str(cause) or "You are not allowed to do this.", {"code": "permission_denied"})
    if isinstance(cause, GlobalIDValueError):
        return _as(error, "This id is not valid.", {"code": "invalid_id"})
    if isinstance(error, GraphQLSyntaxError):
        return _as(error, error.message, {"code": "syntax_error"})
    if _is_about_the_request(error):
        return _as(error, error.message, {"code": "invalid_request"})
    where = ".".join(map(str, error.path or ()))
    logger.exception("Unexpected error at %r", where, exc_info=cause or error)
    return _as(error, "Something went wrong on our side.", INTERNAL)


def _is_about_the_request(error: GraphQLError) -> bool:
    """Tell the complaints about documents, variables and arguments from a resolver's failures.

    A resolver's error without a code is nobody's message. Neither is that of a scalar which cannot
    write a value; it would show the value. Those point to no place in the document themselves.
    """
    cause = error.original_error
    if error.path is None:
        return cause is None or isinstance(cause, GraphQLError)
    return isinstance(cause, GraphQLError) and bool(cause.nodes)


def _as(error: GraphQLError, message: str, shown: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=dict(shown),
    )


class Errors(SchemaExtension):
    """Makes every error presentable, in plain and in streamed results."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._present(self.execution_context.result)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        self._present(result)
        yield

    @staticmethod
    def _present(result: Any) -> None:
        if getattr(result, "errors", None):
            # A new list: cached verdicts are shared between requests.
            result.errors = [presentable(error) for error in result.errors]


class Guards(SchemaExtension):
    """Caps what is parsed and puts our rules before those of the specification."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        # `max_tokens` counts comments too, which the document keeps as well.
        # The second option is the parser's, but not in strawberry's list of them.
        context.parse_options = {"max_tokens": MAX_TOKENS, "max_source_length": MAX_QUERY_LENGTH}  # type: ignore[typeddict-unknown-key]
        context.validation_rules = (limits(), NoNulCharacters, *context.validation_rules)
        yield


class OneOperation(SchemaExtension):
    """Asks for the operation's name where there are several; strawberry would run the first.

    Stands after the cache of verdicts, because the name does not belong to the text.
    """

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if not context.pre_execution_errors and context._provided_operation_name is None:
            definitions = context.graphql_document.definitions if context.graphql_document else ()
            if sum(isinstance(node, OperationDefinitionNode) for node in definitions) > 1:
                context.pre_execution_errors = [
                    GraphQLError(
                        SEVERAL_OPERATIONS,
                        extensions={"code": "operation_name_missing"},
                    )
                ]
        yield
