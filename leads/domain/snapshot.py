"""What is known about a lead: the latest value of every attribute, and what it is worth as a fact.

A snapshot maps an attribute's key to an entry, all parts of which are JSON:

    {"v": stored value, "at": observed, "src": source, "ev": evidence id,
     "was": {the last entry whose value differed, in the same form},
     "dk": when somebody did not know, later than that}

Of two values the one observed last counts, whoever said it. "Does not know" never erases a value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from leads.domain.rules import Fact, Kind, Name, Reason, Unknown, Value
from leads.domain.values import DECODERS, KINDS, AttributeSpec, ValueType, Window

Entry = dict[str, Any]
Snapshot = Mapping[str, Entry]

DOES_NOT_KNOW = {"unknown": Reason.DOES_NOT_KNOW.value}


def absorb(
    snapshot: Snapshot, values: Mapping[str, Any], *, at: datetime, source: str, evidence: int
) -> dict[str, Entry]:
    """Return the snapshot with one recording added; the one given stays as it is."""
    merged = dict(snapshot)
    moment = at.astimezone(UTC).isoformat()
    for key, stored in values.items():
        merged[key] = _absorb_one(snapshot.get(key), stored, moment, source, evidence)
    return merged


def replay(recordings: Iterable[tuple[Any, datetime, str, int]]) -> Entry | None:
    """Return an attribute's entry as these recordings make it, None without any; each is as `absorb` takes it.

    They come in the order in which they were recorded: the stored value, when it was observed, source and id.
    """
    entry: Entry | None = None
    for stored, at, source, evidence in recordings:
        entry = _absorb_one(entry, stored, at.astimezone(UTC).isoformat(), source, evidence)
    return entry


def united(one: Snapshot, other: Snapshot) -> dict[str, Entry]:
    """Return what two leads' snapshots say together, as if all had been recorded for one lead in the order it was.

    What was taken back in either counts in neither.
    """
    return {key: _united(one.get(key), other.get(key)) for key in {**one, **other}}


def _united(one: Entry | None, other: Entry | None) -> Entry:
    entries = [entry for entry in (one, other) if entry is not None]
    values = [part for entry in entries for part in (entry, entry.get("was")) if part and "v" in part]
    unknowns = [entry for entry in entries if "dk" in entry]
    latest_unknown = max(unknowns, key=lambda entry: entry["dk"], default=None)
    if not values:
        return {part: (latest_unknown or {})[part] for part in ("dk", "src", "ev")}
    # Of two observed at one moment the one recorded last counts.
    newest = max(values, key=lambda part: (part["at"], part["ev"]))
    united = {part: newest[part] for part in ("v", "at", "src", "ev")}
    differing = [part for part in values if part["v"] != newest["v"]]
    if differing:
        was = max(differing, key=lambda part: (part["at"], part["ev"]))
        united["was"] = {part: was[part] for part in ("v", "at", "src", "ev")}
    if latest_unknown is not None and latest_unknown["dk"] > newest["at"]:
        united["dk"] = latest_unknown["dk"]
    return united


def _absorb_one(entry: Entry | None, stored: Any, moment: str, source: str, evidence: int) -> Entry:
    if stored == DOES_NOT_KNOW:
        if entry is not None and moment <= max(entry.get("at", ""), entry.get("dk", "")):
            return entry
        if entry is not None and "v" in entry:
            return {**entry, "dk": moment}
        return {"dk": moment, "src": source, "ev": evidence}
    new: Entry = {"v": stored, "at": moment, "src": source, "ev": evidence}
    if entry is None:
        return new
    if "v" in entry:
        older, newer = (new, entry) if moment < entry["at"] else (entry, new)
        new = {part: newer[part] for part in ("v", "at", "src", "ev")}
        was = _differing(older, newer)
        if was is not None:
            new["was"] = was
    if entry.get("dk", "") > new["at"]:
        new["dk"] = entry["dk"]
    return new


def _differing(older: Entry, newer: Entry) -> Entry | None:
    """Return the latest of the earlier values that is not the newer one's, without its own past."""
    candidates = [older, *(entry["was"] for entry in (older, newer) if "was" in entry)]
    differing = [entry for entry in candidates if entry["v"] != newer["v"]]
    if not differing:
        return None
    latest = max(differing, key=lambda entry: entry["at"])
    return {part: latest[part] for part in ("v", "at", "src", "ev")}


def news(snapshot: Snapshot, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that say something else than the snapshot does."""
    return {key: stored for key, stored in values.items() if key not in snapshot or snapshot[key].get("v") != stored}


# --- As facts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a judgement depends on beside the snapshot: the moment, the business's day, the engagements.

    `engagements` has the count for every window of engagements that is read; a missing one is zero.
    """

    now: datetime
    today: date
    engagements: Mapping[Window, int]


def names_of(attributes: tuple[AttributeSpec, ...]) -> dict[str, Name]:
    """Return what a rule may read: every attribute, and for each date the days until and since."""
    names: dict[str, Name] = {}
    for spec in attributes:
        closed = spec.codes if spec.type in (ValueType.CHOICE, ValueType.MULTI_CHOICE) else None
        names[spec.key] = Name(KINDS[spec.type], closed)
        if spec.type == ValueType.DATE:
            names[f"days_until_{spec.key}"] = names[f"days_since_{spec.key}"] = Name(Kind.NUMBER)
    return names


def base_key(name: str) -> str:
    """Return the attribute behind a name: `days_until_decision` reads `decision`."""
    return name.removeprefix("days_until_").removeprefix("days_since_")


def fact(
    spec: AttributeSpec, entry: Entry | None, now: datetime, freshness: int | None
) -> tuple[Fact, datetime | None]:
    """Return what an entry is worth now, and when it will be stale if it will.

    `freshness` is in days, counted from the observation.
    """
    if entry is None or "v" not in entry:
        if entry is not None:
            return Unknown(Reason.DOES_NOT_KNOW, (spec.key,)), None
        if spec.not_given is not None:
            return _value(spec, spec.not_given), None
        return Unknown(Reason.NOT_ASKED, (spec.key,)), None
    stale_at = None
    if freshness is not None:
        stale_at = datetime.fromisoformat(entry["at"]) + timedelta(days=freshness)
        if stale_at <= now:
            asked_since = entry.get("dk", "") > entry["at"]
            return Unknown(Reason.DOES_NOT_KNOW if asked_since else Reason.STALE, (spec.key,)), None
    return _value(spec, entry["v"]), stale_at


def _value(spec: AttributeSpec, stored: Any) -> Fact:
    try:
        return DECODERS[KINDS[spec.type]](stored)
    except (TypeError, ValueError, KeyError, ArithmeticError):
        return Unknown(Reason.NOT_COMPUTABLE, (spec.key,))


def derived(name: str, of: Fact, today: date) -> Fact:
    """Return the whole days until or since a date; what makes the date unknown makes them unknown."""
    if isinstance(of, Unknown):
        return Unknown(of.reason, (name,))
    if not isinstance(of, date):
        return Unknown(Reason.NOT_COMPUTABLE, (name,))
    days = (of - today).days
    return Decimal(days if name.startswith("days_until_") else -days)


def current_value(spec: AttributeSpec, entry: Entry | None) -> Value | None:
    """Return the latest value whatever its age, None if there never was one."""
    if entry is None or "v" not in entry:
        return None
    value = _value(spec, entry["v"])
    return None if isinstance(value, Unknown) else value
