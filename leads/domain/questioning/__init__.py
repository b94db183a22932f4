"""Whether a question asks about a problem or pitches a solution, told by its wording alone.

`lint` knows English. It has no model and asks nobody; what it cannot see is written in docs/wording.md.
"""

from leads.domain.questioning.finding import Finding, Severity
from leads.domain.questioning.linting import errors, lint, refusal
from leads.domain.questioning.rule import Rule
from leads.domain.questioning.rules import RULES

__all__ = ["RULES", "Finding", "Rule", "Severity", "errors", "lint", "refusal"]
