"""Subscriptions as streams of server-sent events: graphql-sse, in its mode of distinct connections.

A subscription is resolved like a query, synchronously, in one of a few threads of our own: at the beginning
and whenever something changed that it watches. What is sent is always what is so now. See `docs/live.md`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import lru_cache
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from leads.domain.errors import DomainError

from .extensions import INTERNAL
from .hub import Watcher, hub
from .request import JSON, Refusal, read
from .view import ApiView

logger = logging.getLogger("graphql")

T = TypeVar("T")

EVENT_STREAM = "text/event-stream"
HEARTBEAT, COMPLETE = b":\n\n", b"event: complete\ndata: \n\n"
AFTER_FAILURE = 1.0  # seconds until something is read again that the database could not answer


class Over(Exception):
    """Who watches may do so no more."""


def streaming(api: ApiView) -> Callable[..., Any]:
    """Return a view that answers subscriptions of the API's schema by POST, and nothing else."""

    async def stream(request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = await _begin(api, request)
        except Refusal as refusal:
            response = HttpResponse(
                api.encode_json(refusal.body), status=refusal.status, content_type=f"{JSON}; charset=utf-8"
            )
            for name, value in refusal.headers.items():
                response[name] = value
        response["Cache-Control"] = "no-store"
        return response

    return stream


async def _begin(api: ApiView, request: HttpRequest) -> HttpResponseBase:
    """Return the stream with its first event; raise Refusal."""
    if request.method != "POST":
        raise Refusal(405, "method_not_allowed", "Use POST.", headers={"Allow": "POST"})
    if not isinstance(request, ASGIRequest):
        message = "This server cannot stream. Serve /graphql/stream/ with the application config.asgi:application."
        raise Refusal(501, "streams_not_served", message)
    if not request.accepts(EVENT_STREAM):
        raise Refusal(406, "not_acceptable", f"This address answers in {EVENT_STREAM}.")
    data = read(request)
    owner = await _in_thread(lambda: _as_it_is_now(request).user.pk)
    # What came before this view may have read the session; its connection would be held as long as the stream.
    await sync_to_async(connections.close_all)()
    watcher = hub.enter(owner, settings.STREAMS_PER_USER)
    if watcher is None:
        message = f"You have {settings.STREAMS_PER_USER} streams open, which is all one may have. End one first."
        raise Refusal(429, "too_many_streams", message, headers={"Retry-After": "1"})
    stream = Stream(api, request, data, watcher)
    try:
        await hub.ready()
        watcher.forget()
        await stream.open()
    except BaseException:
        stream.close()
        raise
    response = StreamingHttpResponse(stream, content_type=f"{EVENT_STREAM}; charset=utf-8")
    response["X-Accel-Buffering"] = "no"
    return response


class Stream:
    """What one client is sent; closing it frees everything, also if it was never begun."""

    def __init__(self, api: ApiView, request: HttpRequest, data: GraphQLRequestData, watcher: Watcher) -> None:
        self.api, self.request, self.data, self.watcher = api, request, data, watcher
        self._business: int | None = None
        self._sent = b""
        self._last = False
        self._first = b""

    def close(self) -> None:
        hub.leave(self.watcher)

    async def open(self) -> None:
        """Read the first event; raise Refusal if there is nothing to execute, or if nobody may."""
        try:
            self._first = await _in_thread(self._read)
        except InvalidOperationTypeError as error:
            message = "This address serves subscriptions only. Send queries and mutations to /graphql/."
            raise Refusal(400, "subscriptions_only", message) from error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        try:
            self._sent = self._first
            yield self._first
            heartbeat = loop.time() + settings.STREAM_HEARTBEAT
            while not (self._last or hub.ending):
                changed = await self.watcher.changed(max(0.0, heartbeat - loop.time()))
                if hub.ending:
                    break
                event = await self._next(changed)
                if event is not None and event != self._sent:
                    self._sent = event
                    yield event
                    heartbeat = loop.time() + settings.STREAM_HEARTBEAT
                if loop.time() >= heartbeat:
                    yield HEARTBEAT
                    heartbeat = loop.time() + settings.STREAM_HEARTBEAT
                if changed and not self._last:
                    await asyncio.sleep(settings.STREAM_INTERVAL)
            yield COMPLETE
        except Over:
            yield COMPLETE
        finally:
            self.close()

    async def _next(self, changed: bool) -> bytes | None:
        """Return how it is now, if something changed; None if not, or not yet. Raise Over."""
        try:
            if changed:
                return await _in_thread(self._read)
            await _in_thread(self._context)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("A stream could not be read, and will be again: %s", error)
            await asyncio.sleep(AFTER_FAILURE)
            self.watcher.wake()
        return None

    def _context(self) -> Any:
        """Return the context of one reading, by session, user and membership as they are now; raise Over."""
        context: Any = self.api.get_context(_as_it_is_now(self.request), response=HttpResponse())
        context.watch = self.watcher.watch
        try:
            business = context.viewer.business.pk
        except DomainError as error:
            if self._first:
                raise Over from error
            return context  # the first reading says what is missing
        if self._first and business != self._business:
            raise Over
        self._business = business
        return context

    def _read(self) -> bytes:
        """Return the event that says how it is now; raise Over, and Refusal the first time."""
        context = self._context()
        allowed = {OperationType.SUBSCRIPTION}
        result = self.api.result_of(context.request, self.data, context, allowed)
        body: Any = self.api.process_result(context.request, result)
        if not self._first and "data" not in body:
            raise _refused(body, result)
        self._last = "data" not in body or not body["data"] or None in body["data"].values()
        return b"event: next\ndata: " + self.api.encode_json(body) + b"\n\n"


def _refused(body: dict[str, Any], result: ExecutionResult) -> Refusal:
    """Return the refusal of what was not executed, with its errors as they are."""
    failed = any(error.extensions == INTERNAL for error in result.errors or ())
    refusal = Refusal(500 if failed else 400, "", "")
    refusal.body = body
    return refusal


def _as_it_is_now(request: HttpRequest) -> HttpRequest:
    """Return the request with its session and user read anew: either may have ended since it came."""
    fresh = copy(request)
    fresh.session = type(request.session)(request.session.session_key)
    fresh.user = get_user(fresh)
    return fresh


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.STREAM_THREADS, thread_name_prefix="stream")


async def _in_thread(work: Callable[[], T]) -> T:
    """Do this in one of our threads, which keeps no connection to the database but those of a pool."""

    def done() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_threads(), done)
