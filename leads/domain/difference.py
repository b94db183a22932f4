"""What two versions of something differ in, in words; for every kind of document."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that differs, as a person reads it; empty where there was, or is, nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one part; `subject` says what it is, `key` which one, `label` what a person calls it.

    Something that moved and changed is CHANGED, its place among the details.
    """

    kind: ChangeKind
    subject: str
    key: str
    label: str
    details: tuple[Detail, ...] = ()


Texts = Mapping[str, str]
"""What can be said of a part, in the order of saying it; what is empty is not there."""


def differing(before: Texts, after: Texts) -> tuple[Detail, ...]:
    """Return what is said differently, in the order of `after`, then what is said no more."""
    whats = dict.fromkeys([*after, *before])
    pairs = [(what, before.get(what, ""), after.get(what, "")) for what in whats]
    return tuple(Detail(what, old, new) for what, old, new in pairs if old != new)


def change_of(subject: str, key: str, label: str, details: Iterable[Detail]) -> tuple[Change, ...]:
    """Return one CHANGED for something that is there before and after; nothing without details."""
    said = tuple(details)
    return (Change(ChangeKind.CHANGED, subject, key, label, said),) if said else ()


def changes_among(
    subject: str,
    before: Sequence[T],
    after: Sequence[T],
    *,
    key: Callable[[T], str],
    label: Callable[[T], str],
    details: Callable[[T | None, T | None], Iterable[Detail]],
    ordered: bool = True,
) -> tuple[Change, ...]:
    """Return what became of each part of a list: those that are there now in their order, then those gone.

    Parts are the same if their keys are, the second of one key being the same as the second. `details` say
    what two of them differ in; of one that came or went, with None for the other, what it is.
    """
    were, are = numbered(before, key), numbered(after, key)
    moved = out_of_order(list(were), list(are)) if ordered else frozenset()
    found: list[Change] = []
    for name, (place, part) in are.items():
        if name not in were:
            found.append(Change(ChangeKind.ADDED, subject, name[0], label(part), tuple(details(None, part))))
            continue
        was, old = were[name]
        said = tuple(details(old, part))
        if name in moved:
            kind = ChangeKind.CHANGED if said else ChangeKind.MOVED
            where = differing({"Place": _stands(before, was, label)}, {"Place": _stands(after, place, label)})
            found.append(Change(kind, subject, name[0], label(part), (*where, *said)))
        else:
            found += change_of(subject, name[0], label(part), said)
    for name, (_, part) in were.items():
        if name not in are:
            found.append(Change(ChangeKind.REMOVED, subject, name[0], label(part), tuple(details(part, None))))
    return tuple(found)


def _stands(parts: Sequence[T], place: int, label: Callable[[T], str]) -> str:
    return "first" if place == 1 else f"{place}, after “{label(parts[place - 2])}”"


def numbered(parts: Sequence[T], key: Callable[[T], str]) -> dict[tuple[str, int], tuple[int, T]]:
    """Return each part with its place from 1, by its key and how many of that key came before."""
    found: dict[tuple[str, int], tuple[int, T]] = {}
    seen: dict[str, int] = {}
    for place, part in enumerate(parts, start=1):
        name = key(part)
        found[name, seen.get(name, 0)] = (place, part)
        seen[name] = seen.get(name, 0) + 1
    return found


K = TypeVar("K", bound=Hashable)


def out_of_order(before: Sequence[K], after: Sequence[K]) -> frozenset[K]:
    """Return the fewest of those in both that must be moved to bring the others into one order.

    Where several choices are as few, the same is made in both directions.
    """
    places = {name: place for place, name in enumerate(after)}
    common = [name for name in before if name in places]
    # The longest chain that begins with each, as (minus its length, its names): the least is the longest,
    # and of the longest the first by name.
    chains: list[tuple[int, tuple[K, ...]]] = [(0, ())] * len(common)
    for index in range(len(common) - 1, -1, -1):
        later = [
            chains[next_] for next_ in range(index + 1, len(common)) if places[common[next_]] > places[common[index]]
        ]
        length, names = min(later, default=(0, ()))
        chains[index] = (length - 1, (common[index], *names))
    kept = min(chains, default=(0, ()))[1]
    return frozenset(common) - frozenset(kept)
