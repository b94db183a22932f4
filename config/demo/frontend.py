"""A frontend without a screen: it signs in and speaks GraphQL over HTTP, with the standard library alone."""

import http.cookiejar
import json
import urllib.error
import urllib.request
from typing import Any


class Refused(Exception):
    """The API answered errors where the story expects data."""


class Frontend:
    def __init__(self, address: str) -> None:
        self.address, self.business = address, ""
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def another(self) -> "Frontend":
        """Return a frontend at the same address that nobody is signed in to."""
        return Frontend(self.address)

    def sign_in(self, email: str, password: str) -> None:
        """Get the CSRF cookie, then the session cookie."""
        self._send("/_allauth/browser/v1/config")
        self._send("/_allauth/browser/v1/auth/login", {"email": email, "password": password})

    def ask(self, query: str, path: str = "/graphql/", **variables: Any) -> dict[str, Any]:
        """Send an operation and return its data."""
        body = self._send(path, {"query": query, "variables": variables})
        if "errors" in body:
            raise Refused(body["errors"][0]["message"])
        return dict(body["data"])

    def _send(self, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), None)
        if token:
            headers["X-CSRFToken"] = token
        if self.business:
            headers["X-Business"] = self.business
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.address + path, data, headers)  # noqa: S310 (our own address)
        try:
            with self.opener.open(request, timeout=30) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise Refused(f"{path} answered {error.code}: {error.read().decode()[:500]}") from error
