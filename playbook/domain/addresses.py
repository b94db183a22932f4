"""Where webhooks may lead: over HTTPS to hosts of the public internet, and never into a network of our own.

An address is looked at twice: as it is written when somebody gives it, and as the numbers that its name stands for
each time something is sent there (`may_be_called`), since a name may stand for others by then.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from leads.domain.errors import DomainError

URL_AT_MOST = 500
HTTPS_PORT = 443
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "::/96")))
"""IPv6 addresses that a network may turn into IPv4 ones, which nobody can see from here."""
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "test", "invalid", "onion")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without blanks and the backslash, which parsers read differently


class AddressRefused(DomainError):
    code = "webhook_address_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="url")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts, read once, so that what is checked is what is called."""

    scheme: str
    host: str
    port: int
    target: str


def checked(url: str, *, ports: Collection[int] = (HTTPS_PORT,), allow_private: bool = False) -> Address:
    """Return the parts of an address that may be called; raise AddressRefused.

    `allow_private` is for developers and tests: it lets in HTTP, any port and any host.
    """
    if len(url) > URL_AT_MOST:
        raise AddressRefused(f"That is too long: at most {URL_AT_MOST} characters.")
    if not _PRINTABLE.fullmatch(url):
        raise AddressRefused("Write the address in ASCII, without blanks: other letters of a host as xn--….")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is no address: give one such as https://example.com/hooks.") from error
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise AddressRefused("Give an address that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave user name and password out of the address: calls are signed instead.")
    if parts.fragment:
        raise AddressRefused("Leave out the part after #: it is not sent.")
    host = (parts.hostname or "").rstrip(".")
    port = port or (HTTPS_PORT if parts.scheme == "https" else 80)
    if not allow_private:
        _check_host(host)
        if port not in ports:
            allowed = " or ".join(str(allowed) for allowed in sorted(ports))
            raise AddressRefused(f"Port {port} is not called, only {allowed}.")
    elif not host:
        raise AddressRefused("This is no address: give one such as https://example.com/hooks.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port, target)


def _check_host(host: str) -> None:
    number = _as_number(host)
    if number is not None:
        if not may_be_called(number):
            raise AddressRefused(f"{host} is no host of the public internet.")
        return
    labels = host.lower().split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("This is no address: give one such as https://example.com/hooks.")
    if _NUMBER.fullmatch(labels[-1]):
        raise AddressRefused("Write an IP address as four numbers, or give the name of a host.")
    if len(labels) == 1 or any(host.lower() == name or host.lower().endswith(f".{name}") for name in _INSIDE):
        raise AddressRefused(f"{host} is no host of the public internet.")


def _as_number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def may_be_called(number: str | IPv4Address | IPv6Address) -> bool:
    """Whether this is the number of a host of the public internet, as far as numbers tell."""
    if isinstance(number, str):
        found = _as_number(number.partition("%")[0])
        if found is None or "%" in number:
            return False
        number = found
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is not None:
            return may_be_called(number.ipv4_mapped)
        if any(number in network for network in _TRANSLATED) or number.is_site_local:
            return False
    return number.is_global and not (
        number.is_multicast
        or number.is_reserved
        or number.is_private
        or number.is_loopback
        or number.is_link_local
        or number.is_unspecified
    )
