"""What an inquiry from outside says: cleaned, whose it is, and whether its form may hand in another one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from leads.domain.errors import DomainError

PER_MINUTE, PER_DAY = 10, 500
MINUTE_AT_MOST = 10_000
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MESSAGE_AT_MOST = 5_000
DOMAIN_AT_MOST = 253
ORIGINS_AT_MOST = 20

# fmt: off
PUBLIC_MAIL = frozenset({
    "126.com", "163.com", "aol.com", "arcor.de", "bluewin.ch", "fastmail.com", "free.fr", "freenet.de",
    "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com",
    "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com", "laposte.net", "libero.it",
    "live.com", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "msn.com", "orange.fr",
    "outlook.com", "outlook.de", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com",
    "rocketmail.com", "seznam.cz", "t-online.de", "tutanota.com", "wanadoo.fr", "web.de", "wp.pl",
    "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.ru", "ymail.com", "zoho.com",
})
# fmt: on
"""Domains whose addresses say nothing about where somebody works."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
"""Characters that let a text read otherwise than it is written, and line ends that few expect."""


class TextRefused(DomainError):
    code = "field_refused"


class DomainRefused(DomainError):
    code = "domain_refused"


class OriginRefused(DomainError):
    code = "origin_refused"


class TooManyInquiries(DomainError):
    """`retry_after` says in how many seconds another one is taken."""

    code = "too_many_inquiries"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"This form takes no more inquiries for now. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


# --- Whose inquiry it is -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sought:
    """By what an organization is looked for: its domains, the surest first, else its name.

    A domain is in small letters and no public mail provider's; the name has single blanks.
    """

    domains: tuple[str, ...]
    name: str


def sought(name: str, domain: str, email: str) -> Sought:
    """Return by what the organization of an inquiry is looked for; raise DomainRefused for what is no domain."""
    given = bare_domain(domain)
    if given and (len(given) > DOMAIN_AT_MOST or not _HOST.fullmatch(given)):
        raise DomainRefused("Give the domain like example.com.", field="organizationDomain")
    found = [one for one in (given, bare_domain(email.rpartition("@")[2])) if one and one not in PUBLIC_MAIL]
    return Sought(tuple(dict.fromkeys(found)), " ".join(unicodedata.normalize("NFC", name).split()))


def bare_domain(text: str) -> str:
    """Return the host of a domain or an address on the web, in small letters, as ASCII and without `www.`."""
    before, scheme, after = text.strip().lower().partition("://")
    host = re.split(r"[/?#]", after if scheme else before)[0].rpartition("@")[2].partition(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


# --- Text from outside ---------------------------------------------------------------------------


def outside_line(field: str, text: str, at_most: int, *, required: bool = False) -> str:
    """Return one line without blanks around it; raise TextRefused if it is too long or no plain line."""
    text = text.strip()
    if required and not text:
        raise TextRefused("This is needed.", field=field)
    if len(text) > at_most:
        raise TextRefused(f"That is too long: at most {at_most} characters.", field=field)
    if not is_plain(text):
        raise TextRefused("Write it in one line, without control characters.", field=field)
    return text


def outside_text(field: str, text: str, at_most: int) -> str:
    """Return several lines; raise TextRefused for too many characters, or for such as no keyboard writes."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > at_most:
        raise TextRefused(f"That is too long: at most {at_most:,} characters.", field=field)
    if not is_plain(text.replace("\n", " ").replace("\t", " ")):
        raise TextRefused("Write it without control characters.", field=field)
    return text


def is_plain(text: str) -> bool:
    """Whether nothing in a text controls a terminal, a database or the direction of reading."""
    return not any(character in _TURNING or unicodedata.category(character) in ("Cc", "Cs") for character in text)


def checked_origins(lines: list[str]) -> list[str]:
    """Return origins such as `https://www.example.com` in small letters, each once; raise OriginRefused."""
    found: list[str] = []
    for line in lines:
        text = line.strip().lower().rstrip("/")
        if not text:
            continue
        try:
            parts = urlsplit(text)
            whole = f"{parts.scheme}://{parts.netloc}"
            fine = parts.port != 0 and parts.scheme in ("http", "https") and bool(parts.hostname) and whole == text
        except ValueError:
            fine = False
        if not fine or "@" in text or not text.isascii() or re.search(r"[\s,*'\"\\<>]", text) or len(text) > 300:
            raise OriginRefused(f"{line.strip()[:100]!r} is no origin: write https://www.example.com.", field="origins")
        found.append(text)
    found = list(dict.fromkeys(found))
    if len(found) > ORIGINS_AT_MOST:
        raise OriginRefused(f"Name at most {ORIGINS_AT_MOST} origins.", field="origins")
    return found


# --- How many ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """How many were taken since it began; it has not begun where `began_at` is None."""

    began_at: datetime | None
    taken: int

    def with_another(self, now: datetime, *, lasts: timedelta, at_most: int) -> "Window":
        """Return the window with one more; raise TooManyInquiries where it is full and not over yet."""
        if self.began_at is None or now >= self.began_at + lasts:
            return Window(now, 1)
        if self.taken >= at_most:
            left = self.began_at + lasts - now
            raise TooManyInquiries(max(1, -(-left // timedelta(seconds=1))))
        return Window(self.began_at, self.taken + 1)
