"""Packs: documents as files, in one text form that people read and diffs compare.

Indented by two, keys sorted, one line feed at the end; what is stored and judged by is the canonical form.
"""

import json

from leads.domain.documents import DocumentRefused, Problem, parsed
from leads.domain.values import is_storable


def pack_text(canonical: str) -> str:
    """Return a canonical document as the text of its pack; equal documents are equal texts."""
    content = json.loads(canonical)
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def kind_of(text: str) -> str:
    """Return of which kind the document says it is; raise DocumentRefused if the text is none at all."""
    content = parsed(text)
    whole = json.dumps(content, ensure_ascii=False)
    if not isinstance(content, dict):
        raise DocumentRefused([Problem("", "must be an object")])
    if not is_storable(whole):
        # Escaped halves of a pair; a message that repeats one could not be sent to anybody.
        raise DocumentRefused([Problem("", "has a character that cannot be stored")])
    kind = content.get("kind")
    if not isinstance(kind, str):
        raise DocumentRefused([Problem("kind", "is missing: it says what the document is")])
    return kind
