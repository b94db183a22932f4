"""The application for event streams; it serves all of the site too."""

import os
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
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.end(ENDING_AT_MOST)
            await send({"type": "lifespan.shutdown.complete"})
            return
