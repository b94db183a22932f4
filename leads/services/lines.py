"""Lines of text as people write them."""

from leads.domain.errors import DomainError


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
