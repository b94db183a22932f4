"""Requests as a server makes them: through the WSGI handler with all its middleware, signed in."""

import io
import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Business, User

CSRF = "b" * 32
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def use(url: str) -> None:
    """Let everything that follows happen in another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.removeprefix("/")


class Caller:
    """Somebody who is signed in and works for a business; each call is one request."""

    def __init__(self, user: User, business: Business) -> None:
        self.handler = WSGIHandler()
        client = Client()
        client.force_login(user, backend=BACKEND)
        session = client.cookies["sessionid"].value
        self.headers = {
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": f"sessionid={session}; csrftoken={CSRF}",
            "HTTP_X_CSRFTOKEN": CSRF,
            "HTTP_X_BUSINESS": business.slug,
            "HTTP_ACCEPT": "application/json",
            "CONTENT_TYPE": "application/json",
            "REQUEST_METHOD": "POST",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }

    def post(self, path: str, body: bytes) -> bytes:
        """Return the body of the answer; raise RuntimeError unless it is 200."""
        started: list[str] = []
        environ = {
            **self.headers,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        response = self.handler(environ, lambda status, headers: started.append(status))
        try:
            content = b"".join(response)
        finally:
            response.close()
        if not started[0].startswith("200"):
            raise RuntimeError(f"{path} answered {started[0]}: {content[:500]!r}")
        return content


def body(query: str, **variables: Any) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def checked(content: bytes) -> Any:
    """Return the data of a GraphQL answer; raise RuntimeError if it has errors."""
    answer = json.loads(content)
    if "errors" in answer:
        raise RuntimeError(f"The API answered {answer['errors']}")
    return answer["data"]


def queries(call: Any) -> list[str]:
    """Return what each statement of a call does to which table, in order; transactions are left out."""
    with CaptureQueriesContext(connection) as captured:
        call()
    named = [_named(entry["sql"]) for entry in captured.captured_queries]
    return [name for name in named if name]


def _named(sql: str) -> str:
    if re.match(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA", sql):
        return ""
    table = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)
    lock = " for update" if "FOR UPDATE" in sql else ""
    what = table[1].removeprefix("leads_").removeprefix("django_") if table else "setting"
    return f"{sql.split()[0].lower()} {what}{lock}"
