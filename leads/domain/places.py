"""Where in a document something is, in words: “Criterion “Fit”, step 2, condition” for `criteria[1].bands[1].when`."""

import re
from typing import Any

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
PARTS = {
    "attributes": "Attribute",
    "choices": "choice",
    "criteria": "Criterion",
    "bands": "step",
    "minimums": "least points",
    "knock_outs": "must-have",
    "test_cases": "Test case",
}
WORDS = {
    **{name: name.upper() for name in ("mql", "sql")},
    "applies_when": "applies when",
    "order_ready": "ready to order when",
    "when": "condition",
    "met": "counts as met",
    "otherwise": "otherwise",
    "freshness_days": "stale after (days)",
    "not_given": "if not given",
    "counts_kinds": "kinds of engagements",
    "counts_days": "within (days)",
    "possible_level": "possible level",
    "on": "day",
    "bands": "steps",
    "knock_outs": "must-haves",
    "minimums": "least points",
    "test_cases": "test cases",
}
UNSAID = frozenset({"levels", "values"})


def place(path: str, content: Any) -> str:
    """Return in words where a path leads in the document's JSON, empty for the document as a whole.

    The content may be as wrong as can be: what has no name is counted.
    """
    said: list[str] = []
    part = content
    steps = [(name, index) for name, index in _STEP.findall(path)]
    for at, (name, index) in enumerate(steps):
        if index:
            part = part[int(index)] if isinstance(part, list) and int(index) < len(part) else None
            said[-1] = _counted(steps[at - 1][0], int(index) + 1, part)
            continue
        part = part.get(name) if isinstance(part, dict) else None
        said.append("" if name in UNSAID and at + 1 < len(steps) else WORDS.get(name, name.replace("_", " ")))
    words = ", ".join(word for word in said if word)
    return words[:1].upper() + words[1:]


def _counted(parts: str, number: int, part: Any) -> str:
    noun = PARTS.get(parts, parts)
    names = [part.get(name) for name in ("label", "name", "key", "code")] if isinstance(part, dict) else [part]
    name = next((name for name in names if isinstance(name, str) and name.strip()), "")
    if noun == "step":
        return f"step {number}" + (f" “{name}”" if name else "")
    return f"{noun} “{name}”" if name else f"{noun} {number}"
