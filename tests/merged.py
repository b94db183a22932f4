"""Receipts of merges, for a crowd."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leads.models import Membership


def merges(kept: Mapping[str, Sequence[Any]], n: int, now: datetime, author: Membership) -> list[dict[str, Any]]:
    """Return what a merge into every row says, and n more into the first of each kind."""
    return [
        {
            "kind": kind,
            kind: row,
            "gone_key": 1_000_000 + number,
            "kept_label": "Kept",
            "gone_label": f"Gone {number}",
            "at": now,
            "author": author,
            "door": "api",
            "moved": [["touch", "touches", 2]],
            "differed": [["Title", "Kept", "Gone"]],
        }
        for kind, rows in kept.items()
        for number, row in enumerate([*rows, *rows[:1] * n])
    ]
