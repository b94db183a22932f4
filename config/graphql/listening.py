"""Hearing from PostgreSQL what other processes, and this one, committed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from typing import Any

import psycopg
from django.db import connections

from leads.live import CHANNEL

logger = logging.getLogger("graphql")

QUIET = 30.0  # seconds without a notification, after which the connection is tried
FIRST_PAUSE, LAST_PAUSE = 0.5, 30.0  # seconds before connecting again; doubled each time
FOR_DJANGO = ("cursor_factory", "context")


class Told:
    """What to do with what is heard; `ready` while a connection listens."""

    def __init__(self, topics: Callable[[Collection[str]], None], anything: Callable[[], None]) -> None:
        self.topics, self.anything = topics, anything
        self.ready = asyncio.Event()

    async def wait_until_ready(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ready.wait(), seconds)


async def listen(told: Told) -> None:
    """Pass on what is notified until cancelled; after each new connection anything may have changed."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as connected:
                await connected.execute(f"LISTEN {CHANNEL}")
                told.ready.set()
                told.anything()
                pause = FIRST_PAUSE
                while True:
                    async for notification in connected.notifies(timeout=QUIET):
                        told.topics((notification.payload,))
                    await connected.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:
            logger.warning("Live updates wait for the database, again in %s s: %s", pause, error)
        finally:
            told.ready.clear()
        await asyncio.sleep(pause)
        pause = min(2 * pause, LAST_PAUSE)


def _parameters() -> dict[str, Any]:
    found: dict[str, Any] = connections["default"].get_connection_params()
    return {name: value for name, value in found.items() if name not in FOR_DJANGO}
