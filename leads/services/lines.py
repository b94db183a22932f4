"""Lines of text as people write them."""

from leads.domain.errors import DomainError
from leads.domain.values import TEXT_AT_MOST, is_visible


class FieldRefused(DomainError):
    code = "field_refused"


def line(field: str, text: str, at_most: int, *, required: bool = False) -> str:
    """Return the text without blanks around it; raise FieldRefused if it is too long."""
    text = text.strip()
    if required and not text:
        raise FieldRefused("A name is needed.", field=field)
    if len(text) > at_most:
        raise FieldRefused(f"That is too long: at most {at_most} characters.", field=field)
    return text


def words(field: str, text: str) -> str:
    """Return the text without blanks around it, empty if nothing of it can be seen; raise FieldRefused beyond 2,000."""
    text = text.strip()
    if len(text) > TEXT_AT_MOST:
        raise FieldRefused(f"That is too long: at most {TEXT_AT_MOST:,} characters.", field=field)
    return text if is_visible(text) else ""
