"""Facts as they come, brought to the kind that was declared. One of another kind is not computable.

Subclasses are brought down to the plain type, so that generated code can tell kinds by class.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .arithmetic import Number, collapse
from .values import Range, Reason, Unknown


def number(fact: Any, missing: Unknown) -> Number:
    if isinstance(fact, Decimal) and fact.is_finite():
        return Decimal(fact)
    return collapse(fact) if isinstance(fact, Range) else unknown(fact, missing)


def text(fact: Any, missing: Unknown) -> str | Unknown:
    return str.__str__(fact) if isinstance(fact, str) else unknown(fact, missing)


def yes_no(fact: Any, missing: Unknown) -> bool | Unknown:
    return fact if isinstance(fact, bool) else unknown(fact, missing)


def day(fact: Any, missing: Unknown) -> date | Unknown:
    if isinstance(fact, date) and not isinstance(fact, datetime):
        return date(fact.year, fact.month, fact.day)
    return unknown(fact, missing)


def choices(fact: Any, missing: Unknown) -> frozenset[str] | Unknown:
    return frozenset(fact) if isinstance(fact, frozenset) else unknown(fact, missing)


def unknown(fact: Any, missing: Unknown) -> Unknown:
    """Return why a fact is not known. `missing` is what stands for no fact at all."""
    if fact is None:
        return missing
    if isinstance(fact, Unknown):
        return fact if fact.names else Unknown(fact.reason, missing.names)
    return Unknown(Reason.NOT_COMPUTABLE, missing.names)
