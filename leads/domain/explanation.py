"""A judgement as it is kept: compact, and complete only together with the pinned document.

    {"c": one entry a criterion, in the document's order: the index of the decided band (-1: otherwise),
          or [possible bands, [[name, why it is missing], …]],
     "f": {name: stored value, or {"unknown": reason}} of everything that was read}

Days until and since are kept as they were on the day of the judgement.
"""

import json
from typing import Any

import orjson

from leads.domain.documents import canonical
from leads.domain.plan import Plan
from leads.domain.qualification import CriterionResult, Decision, Judgement, conclude, weigh
from leads.domain.rules import Fact, Kind, Reason, Unknown
from leads.domain.snapshot import base_key
from leads.domain.values import DECODERS, KINDS, encode


def pack(judgement: Judgement) -> str:
    """Return the explanation as it is stored; equal judgements of equal facts are equal texts."""
    entries = [entry_of(result) for result in judgement.results]
    facts = {name: _stored(value) for name, value in judgement.facts.items()}
    return canonical({"c": entries, "f": facts})


def entry_of(result: CriterionResult) -> Any:
    return result.reached[0] if len(result.reached) == 1 else [result.reached, result.missing]


def _stored(value: Fact) -> Any:
    return {"unknown": value.reason.value} if isinstance(value, Unknown) else encode(value)


def unpack(plan: Plan, text: str, order_ready: str = "") -> Judgement:
    """Return the judgement that was packed; `plan` must be the one that made it."""
    content = json.loads(text)
    results = []
    for criterion, entry in zip(plan.criteria, content["c"], strict=True):
        if isinstance(entry, int):
            results.append(weigh(criterion, (entry,)))
        else:
            reached, missing = entry
            reasons = tuple((name, Reason(reason)) for name, reason in missing)
            results.append(weigh(criterion, tuple(reached), reasons))
    facts = {name: _fact(plan, name, stored) for name, stored in content["f"].items()}
    return conclude(plan, tuple(results), Decision(order_ready) if order_ready else None, facts, None)


def _fact(plan: Plan, name: str, stored: Any) -> Fact:
    if isinstance(stored, dict) and "unknown" in stored:
        return Unknown(Reason(stored["unknown"]), (name,))
    spec = plan.attributes[base_key(name)]
    kind = KINDS[spec.type] if name == spec.key else Kind.NUMBER
    return DECODERS[kind](stored)


def differs(plan: Plan, kept: str, new: str) -> bool:
    """Return whether the new explanation says more than that a day has passed."""
    if kept == new:
        return False
    before, after = orjson.loads(kept), orjson.loads(new)
    if before["c"] != after["c"]:
        return True
    ignored = set(plan.derived_names)
    return {k: v for k, v in before["f"].items() if k not in ignored} != {
        k: v for k, v in after["f"].items() if k not in ignored
    }
