"""What a person can do wrong, said so that they can mend it."""

from typing import ClassVar

NAME_AT_MOST = 63  # characters, as of a key
ECHOED = 60


def shortened(text: str) -> str:
    """Return what somebody sent as it may be said back: whole if it is as long as a key can be."""
    return text if len(text) <= NAME_AT_MOST else f"{text[:ECHOED]}…"


class DomainError(Exception):
    """A refusal with a stable code, a message for the person, and the field if there is one.

    Subclasses name one refusal each and set `code`, which frontends may rely on.
    """

    code: ClassVar[str]

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
