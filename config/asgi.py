"""The application for event streams; it serves all of the site too."""

import asyncio
import os
import signal
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

ENDING_AT_MOST = 5.0  # seconds that streams may take to end when the server does


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve requests with Django, and end the streams when the server ends."""
    if scope["type"] != "lifespan":
        await django(scope, receive, send)
        return
    from config.graphql.hub import hub

    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _on_signals(hub.begin_to_end)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.end(ENDING_AT_MOST)
            await send({"type": "lifespan.shutdown.complete"})
            return


def _on_signals(begin: Any) -> None:
    """Call this at once when the process is asked to end, and then what would have been called.

    Servers wait for their connections to close before they say that they shut down, and streams never would.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(received: int, frame: Any, before: Any = before) -> None:
            loop.call_soon_threadsafe(begin)
            if callable(before):
                before(received, frame)

        try:
            signal.signal(number, handle)
        except ValueError:  # not the main thread, which alone hears of signals
            return
