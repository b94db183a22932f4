"""The header `Idempotency-Key`: a mutation that is sent twice is done once and answered the same.

See `docs/idempotency.md` for what a client sees of it, and `docs/decisions/0009-idempotent-mutations.md`.
"""

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)
from strawberry import Schema
from strawberry.http import GraphQLRequestData
from strawberry.schema.exception_handlers import get_error_type

from config.context import ApiContext
from leads.domain.errors import DomainError
from leads.services import replies
from leads.tenancy import Viewer

from .extensions import CACHED_DOCUMENTS, INTERNAL
from .limits import MAX_QUERY_LENGTH, MAX_TOKENS
from .request import Refusal

logger = logging.getLogger("graphql")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[!-~]{1,255}")

Run = Callable[[], tuple[HttpResponse, bool]]


class _Refused(Exception):
    """Takes an answer that nothing came of out of the transaction."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def key_of(request: HttpRequest, data: GraphQLRequestData) -> str | None:
    """Return the key of a mutation that is to be done once, None for anything else. Raises `Refusal`."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or len(data.query or "") > MAX_QUERY_LENGTH:
        return None
    mutations = _mutations(data.query or "", data.operation_name)
    if not mutations:
        return None
    if not KEY.fullmatch(key):
        message = f"{HEADER} must be 1 to 255 visible ASCII characters, such as a random UUID."
        raise Refusal(400, "idempotency_key_invalid", message)
    if mutations > 1:
        message = f"With {HEADER}, send one mutation in each request; this operation has {mutations}."
        raise Refusal(400, "one_mutation_only", message)
    return key


def once(request: HttpRequest, context: ApiContext, key: str, run: Run) -> HttpResponseBase:
    """Return what the same request was answered before, else what `run` answers now; raise `Refusal`.

    `run` returns the response and whether there were no errors. What it did and its answer are kept in one
    transaction. An answer with errors and a refusal are not kept, and nothing that was done on the way.
    """
    viewer = _viewer(context)
    if viewer is None:
        return run()[0]
    request_hash = sha256(request.body).hexdigest()
    try:
        with replies.one_at_a_time(by=viewer, key=key):
            kept = replies.find_reply(by=viewer, key=key, request_hash=request_hash, now=context.now)
            if kept is not None:
                return _replay(kept)
            response, went_well = run()
            if context.refused or not went_well:
                raise _Refused(response)
            reply = replies.Reply(response.status_code, response["Content-Type"], response.content)
            replies.keep_reply(by=viewer, key=key, request_hash=request_hash, reply=reply, now=context.now)
            return response
    except _Refused as refused:
        return refused.response
    except replies.TwinUnderWay as error:
        raise Refusal(409, error.code, error.message, headers={"Retry-After": "1"}) from error
    except (replies.KeyReused, replies.ReplyLost, replies.ReplyTooLarge) as error:
        raise Refusal(422, error.code, error.message) from error
    except DatabaseError as error:
        logger.exception("A change could not be committed with its reply.")
        raise Refusal(500, INTERNAL["code"], "Something went wrong on our side.") from error


def _viewer(context: ApiContext) -> Viewer | None:
    """Return who asks; None where running says what is missing, such as signing in."""
    try:
        return context.viewer
    except DomainError:
        return None


def _replay(kept: replies.Reply) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type)
    response[REPLAYED] = "true"
    return response


def tell_refusals(schema: Schema) -> None:
    """Let every mutation that answers a refusal say so in `context.refused`.

    A refusal is whatever an exception handler of the schema may answer, returned or raised.
    """
    refusals = tuple(get_error_type(handler) for handler in schema.exception_handlers)
    mutations = schema._schema.mutation_type
    for field in mutations.fields.values() if mutations else ():
        field.resolve = _telling(field.resolve, refusals)


def _telling(resolve: Any, refusals: tuple[type, ...]) -> Callable[..., Any]:
    def told(source: Any, info: Any, /, **given: Any) -> Any:
        answer = resolve(source, info, **given)
        if isinstance(answer, refusals):
            info.context.refused = True
        return answer

    return told


@lru_cache(CACHED_DOCUMENTS)
def _mutations(query: str, name: str | None) -> int:
    """Return how many mutations the operation to run has; 0 if it is none, or if there is none to run.

    Running the document says what is wrong with it. Fields that are skipped by a directive count.
    """
    try:
        document = parse(query, no_location=True, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return 0
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    wanted = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if len(wanted) != 1 or wanted[0].operation is not OperationType.MUTATION:
        return 0
    return len(_response_keys(document, wanted[0].selection_set))


def _response_keys(document: DocumentNode, selections: SelectionSetNode) -> set[str]:
    """Return the names under which root fields are answered: each is run once, however often it is written."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    found: set[str] = set()
    pending = [selections]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode) and node.name.value != "__typename":
                found.add((node.alias or node.name).value)
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
                pending.append(fragments.pop(node.name.value).selection_set)
    return found
