"""What an SQL is, as it is said to those who reject one because it is not ready to buy."""

from collections.abc import Sequence

SQL_MEANS = (
    "A sales-qualified lead is an organization with the pain that we solve, that fits our profile, in a reasonable "
    "timeframe. It is the beginning of the sales process, not its end: that they do not order yet is why they need you."
)
TO_CONFIRM = "If you reject it all the same, confirm it; such rejections are counted apart."


def answer_to_not_ready(schema: str, met: Sequence[str], not_met: Sequence[str], unknown: Sequence[str]) -> str:
    """Return what the definition is and which criteria of which schema this lead meets; of an unjudged one, that."""
    if not schema:
        return f"{SQL_MEANS} No schema has judged this lead. {TO_CONFIRM}"
    parts = [
        f"{said}: {', '.join(labels)}"
        for said, labels in (("met", met), ("not met", not_met), ("not known yet", unknown))
        if labels
    ]
    return f"{SQL_MEANS} This lead by “{schema}” – {'; '.join(parts) or 'no criteria'}. {TO_CONFIRM}"
