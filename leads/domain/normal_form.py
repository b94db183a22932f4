"""A qualification schema without what makes no difference: what is left is what a draft keeps."""

import re
from collections.abc import Sequence
from dataclasses import replace

from leads.domain.rules import RuleError
from leads.domain.rules.check import names_in
from leads.domain.rules.tokens import Sort, scan
from leads.domain.schema_document import LevelSpec, SchemaDocument
from leads.domain.snapshot import base_key

_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMES = re.compile(r"[a-z][a-z0-9_]*")


def normal(document: SchemaDocument) -> SchemaDocument:
    """Return the document as any business's draft gives it back.

    Attributes that neither rules nor test cases use are left out. Where no order means anything there is
    one still: attributes as the criteria read them, must-haves as the criteria stand, least points by axis.
    """
    specs = {spec.key: spec for spec in document.attributes}
    return replace(
        document,
        applies_when=document.applies_when.strip(),
        order_ready=document.order_ready.strip(),
        attributes=tuple(specs[key] for key in attributes_used(document) if key in specs),
        mql=_normal_level(document, document.mql),
        sql=_normal_level(document, document.sql),
        test_cases=tuple(replace(case, values=tuple(sorted(case.values))) for case in document.test_cases),
    )


def _normal_level(document: SchemaDocument, level: LevelSpec) -> LevelSpec:
    keys = [criterion.key for criterion in document.criteria]
    places = {key: place for place, key in reversed(list(enumerate(keys)))}
    return replace(
        level,
        minimums=tuple(sorted(level.minimums)),
        knock_outs=tuple(sorted(level.knock_outs, key=lambda key: (places.get(key, len(keys)), key))),
    )


def attributes_used(document: SchemaDocument) -> tuple[str, ...]:
    """Return the keys that rules read and test cases give, of rules that make no sense what looks like one."""
    rules = [band.when for criterion in document.criteria for band in criterion.bands]
    rules += [document.applies_when, document.order_ready]
    read = [base_key(name) for rule in rules for name in names_read(rule)]
    return tuple(dict.fromkeys([*read, *(key for case in document.test_cases for key, _ in sorted(case.values))]))


def same_rule(one: str, other: str) -> bool:
    """Return whether two rules are alike word for word, whatever stands between the words."""
    try:
        return _words(one) == _words(other)
    except RuleError:
        return one == other


def _words(rule: str) -> list[tuple[Sort, object]]:
    return [(token.sort, token.text if token.value is None else token.value) for token in scan(rule)]


def names_read(rule: str) -> Sequence[str]:
    """Return the names in a rule, which need not be one that compiles."""
    if not rule.strip():
        return ()
    try:
        return names_in(scan(rule))
    except RuleError:
        return _NAMES.findall(_TEXTS.sub(" ", rule))
