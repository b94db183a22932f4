"""The rule language: conditions and formulas over what is known about a lead.

`team_size >= 50 and industry in ["software", "saas"]`, `hours_lost_per_week * hourly_cost * 46`.
A rule is compiled once, against the names it may read, and then evaluated without ever failing:
what cannot be said is Unknown, with the reason and the names that are missing.
"""

from .errors import (
    RuleError,
    RuleSyntax,
    RuleToken,
    RuleTooLong,
    RuleType,
    RuleUnknownChoice,
    RuleUnknownName,
)
from .rule import Rule, compile_rule
from .values import Fact, Kind, Name, Range, Reason, Unknown, Value
from .words import RESERVED, is_key

__all__ = [
    "RESERVED",
    "Fact",
    "Kind",
    "Name",
    "Range",
    "Reason",
    "Rule",
    "RuleError",
    "RuleSyntax",
    "RuleToken",
    "RuleTooLong",
    "RuleType",
    "RuleUnknownChoice",
    "RuleUnknownName",
    "Unknown",
    "Value",
    "compile_rule",
    "is_key",
]
