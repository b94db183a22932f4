"""Texts with values in braces, such as "Call {contact} at {organization}"."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

IN_BRACES = re.compile(r"\{([^{}]*)\}")
NAMED: dict[str, str] = {
    "organization": "The organization's name.",
    "contact": "The person to speak with: the first stakeholder, else the first contact.",
    "owner": "The lead's owner.",
    "lead": "The lead's title.",
    "cost": "The likely yearly cost of the problem, from the latest diagnosis.",
}
"""What a text may name beside a business's attributes, and what stands there then."""


@dataclass(frozen=True, slots=True)
class NotFillable:
    """Something in braces that no value stands for, and what was probably meant."""

    name: str
    meant: str | None


def names_filled(text: str) -> tuple[str, ...]:
    """Return what is named in braces, each once, in their order."""
    return tuple(dict.fromkeys(name.strip() for name in IN_BRACES.findall(text)))


def not_fillable(text: str, attributes: Collection[str]) -> list[NotFillable]:
    """Return every name in braces that is neither in NAMED nor the key of an attribute."""
    known = [*NAMED, *attributes]
    return [
        NotFillable(name, next(iter(get_close_matches(name, known, n=1)), None))
        for name in names_filled(text)
        if name not in known
    ]


def fill(text: str, values: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return the text with values in the place of their names; what is not known says so, by its label."""

    def shown(found: re.Match[str]) -> str:
        name = found[1].strip()
        return values.get(name) or f"(not known: {labels.get(name, name)})"

    return IN_BRACES.sub(shown, text)
