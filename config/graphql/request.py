"""Reading a GraphQL request from HTTP: every way in which it can be none is a `Refusal`."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, UnreadablePostError
from django.http.request import MediaType
from strawberry.http import GraphQLRequestData

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
HTML = "text/html"

MAX_BODY_BYTES = 1024 * 1024
"""The longest query takes 64 KiB; the rest is room for variables such as long notes."""

MAX_VARIABLE_DEPTH = 60
"""Nested input is read recursively; nothing that people enter nests a tenth as deep."""


class Refusal(Exception):
    """A request that is no GraphQL request, or not one that is served here."""

    def __init__(self, status: int, code: str, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"errors": [{"message": message, "extensions": {"code": code}}]}


def negotiated(request: HttpRequest, *, page: bool) -> str:
    """Return the media type of the response.

    HTML is the answer only where there is a page, nothing is asked for and it is wanted most. A
    client that says nothing gets `application/json`.
    """
    accept = request.headers.get("Accept", "").strip() or "*/*"
    best = max((JSON, RESPONSE), key=lambda media_type: _preference(media_type, accept))
    wanted = _preference(best, accept)
    asks_nothing = request.method == "GET" and "query" not in parameters(request)
    if asks_nothing and _preference(HTML, accept) > wanted:
        best, wanted = HTML, _preference(HTML, accept)
    if wanted[0] <= 0 or (best == HTML and not page):
        raise Refusal(406, "not_acceptable", f"This address answers in {RESPONSE} or {JSON}.")
    return best


def _preference(media_type: str, accept: str) -> tuple[float, int]:
    """Return how much a type is wanted: the quality of the range that names it, then its place.

    The most specific range counts, as in `application/json;q=0, */*`.
    """
    found = (-1, 0.0, 0)
    for place, text in enumerate(accept.lower().split(",")):
        try:
            accepted = MediaType(text)
        except ValueError:  # longer than Django reads
            continue
        specificity = {"*/*": 0, media_type.split("/")[0] + "/*": 1, media_type: 2}.get(
            f"{accepted.main_type}/{accepted.sub_type}"
        )
        if specificity is not None and _is_utf8(accepted.params):
            found = max(found, (specificity, accepted.quality, -place))
    return found[1:]


def _is_utf8(params: Mapping[str, Any] | None) -> bool:
    return (params or {}).get("charset", "utf-8").lower() in ("utf-8", "utf8")


def parameters(request: HttpRequest) -> dict[str, Any]:
    try:
        return request.GET.dict()
    except TooManyFieldsSent as error:
        raise Refusal(400, "too_many_parameters", "This address has too many parameters.") from error


def read(request: HttpRequest) -> GraphQLRequestData:
    """Return what is asked for, each part of its type and free of NUL characters."""
    if request.method == "GET":
        data: Any = parameters(request)
        for name in ("variables", "extensions"):
            if data.get(name):
                data[name] = _json(data[name].encode(), f"`{name}`")
            else:
                data.pop(name, None)
    else:
        data = _json(_body(request), "The body")
    if isinstance(data, list):
        raise Refusal(400, "batching_not_supported", "Send one operation in each request, not a list.")
    if not isinstance(data, dict):
        raise Refusal(400, "invalid_body", "The body must be a JSON object.")
    if data.get("query") in (None, ""):
        raise Refusal(400, "query_missing", "`query` is missing; it holds the GraphQL document.")
    for name, kind, called in (
        ("query", str, "a string"),
        ("operationName", str, "a string or null"),
        ("variables", dict, "an object or null"),
        ("extensions", dict, "an object or null"),
    ):
        if data.get(name) is not None and not isinstance(data[name], kind):
            raise Refusal(400, "invalid_parameter", f"`{name}` must be {called}.")
    for text in _texts([data["query"], data.get("operationName"), data.get("variables")]):
        # PostgreSQL cannot store it.
        if "\0" in text:
            raise Refusal(400, "bad_character", "Text must not contain NUL characters.")
    return GraphQLRequestData(
        query=data["query"],
        variables=data.get("variables"),
        # Several clients send an empty name where there is none.
        operation_name=data.get("operationName") or None,
        extensions=data.get("extensions"),
    )


def _body(request: HttpRequest) -> bytes:
    accepted = {"Accept-Post": JSON}
    if request.content_type != JSON:
        raise Refusal(415, "unsupported_media_type", f"Send the request as {JSON}.", headers=accepted)
    if not _is_utf8(request.content_params):
        raise Refusal(415, "unsupported_charset", "Send the request in UTF-8.", headers=accepted)
    too_large = Refusal(413, "body_too_large", f"The body is larger than {MAX_BODY_BYTES} bytes.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) < 20):
        raise Refusal(400, "invalid_body", "Content-Length must be a number.")
    if int(length) > MAX_BODY_BYTES:
        raise too_large
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise too_large from error
    except UnreadablePostError as error:
        raise Refusal(400, "invalid_body", "The body broke off.") from error
    if not body:
        raise Refusal(400, "invalid_body", "The body is empty.")
    return body


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "invalid_json", f"{what} must be valid JSON in UTF-8.") from error


def _texts(value: Any) -> Iterator[str]:
    """Yield every string within, keys too."""
    waiting = [(value, -1)]
    while waiting:
        found, depth = waiting.pop()
        if depth > MAX_VARIABLE_DEPTH:
            raise Refusal(400, "variables_too_deep", "`variables` are nested too deeply.")
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            waiting += [(item, depth + 1) for item in found]
        elif isinstance(found, dict):
            yield from found
            waiting += [(item, depth + 1) for item in found.values()]
