"""What is said of a question's wording."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a draft from being published, a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `start` and `length` count characters of the text as it was given."""

    rule: str
    severity: Severity
    reason: str
    suggestion: str
    start: int
    length: int

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR

    @property
    def said(self) -> str:
        return f"{self.reason} Ask instead: {self.suggestion}"
