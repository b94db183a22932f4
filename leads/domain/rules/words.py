"""The words of the language, the words that can be keys, and the word someone probably meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

FUNCTIONS = frozenset({"min", "max", "round"})
KEYWORDS = frozenset({"and", "or", "not", "in", "true", "false"})

# Words that the parser below claims, prefixes of its literals (`d"2026-03-01"`), and words that people
# expect to mean something in a rule, so that a key of that name would mislead.
RESERVED = (
    FUNCTIONS
    | KEYWORDS
    | frozenset({"if", "elif", "else", "for", "while", "null", "nan", "inf"})
    | frozenset({"b", "d", "f", "r", "s", "t"})
    | frozenset({"is", "then", "yes", "no", "none", "unknown", "now", "today"})
)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


def is_key(text: str) -> bool:
    """Whether the text may be the key of something that rules read: `team_size`, not `Team size`."""
    return _KEY.fullmatch(text) is not None and text not in RESERVED


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that the word most likely stands for; None if none is close."""
    # Comparing gets slow with length, and no candidate is longer than a key.
    word = word[:64].lower()
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    if word in by_lower:
        return by_lower[word]
    matches = get_close_matches(word, by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None
