"""What two qualification schemas differ in, as a manager reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leads.domain.difference import Change, Detail, change_of, changes_among, differing
from leads.domain.documents import canonical
from leads.domain.normal_form import normal
from leads.domain.schema_document import (
    JUDGED,
    Axis,
    BandSpec,
    CriterionSpec,
    LevelSpec,
    SchemaDocument,
    TestCase,
)
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, decode, plain
from leads.domain.wording import shown_stored

SCHEMA, CRITERION, LEVEL, ATTRIBUTE, CASE = "schema", "criterion", "level", "attribute", "test case"
Specs = dict[str, AttributeSpec]


def difference(before: SchemaDocument, after: SchemaDocument) -> tuple[Change, ...]:
    """Return everything in which `after` differs from `before`; nothing for what only is written differently.

    Without meaning, and so ignored: attributes that nothing reads, and the order of attributes, of
    must-haves and of least points.
    """
    before, after = normal(before), normal(after)
    old_specs, new_specs = ({spec.key: spec for spec in document.attributes} for document in (before, after))
    return (
        *change_of(SCHEMA, after.key, after.name, differing(_schema(before), _schema(after))),
        *changes_among(
            CRITERION,
            before.criteria,
            after.criteria,
            key=lambda criterion: criterion.key,
            label=lambda criterion: criterion.label,
            details=_criterion_details,
        ),
        *(
            change
            for level in JUDGED
            for change in change_of(LEVEL, level.value, level.name, _level_details(before, after, level))
        ),
        *changes_among(
            ATTRIBUTE,
            before.attributes,
            after.attributes,
            key=lambda spec: spec.key,
            label=lambda spec: spec.label,
            details=attribute_details,
            ordered=False,
        ),
        *changes_among(
            CASE,
            before.test_cases,
            after.test_cases,
            key=lambda case: case.name,
            label=lambda case: case.name,
            details=lambda old, new: _case_details(old, new, old_specs, new_specs),
        ),
    )


def _schema(document: SchemaDocument) -> dict[str, str]:
    return {
        "Name": document.name,
        "Key": document.key,
        "Language": document.language,
        "Applies when": document.applies_when or "always",
        "Ready to order when": document.order_ready,
    }


# --- Criteria ------------------------------------------------------------------------------------


def _criterion_details(before: CriterionSpec | None, after: CriterionSpec | None) -> Iterator[Detail]:
    yield from differing(_about(before), _about(after))
    yield from _step_details(before.bands if before else (), after.bands if after else ())
    yield from differing(_otherwise(before), _otherwise(after))


def _about(criterion: CriterionSpec | None) -> dict[str, str]:
    if criterion is None:
        return {}
    days = criterion.freshness_days
    return {
        "Label": criterion.label,
        "Axis": criterion.axis.value,
        "Question": criterion.question,
        "Help": criterion.help,
        "Keep this wording because": criterion.wording_override,
        "Stale after": f"{days} days" if days else "as its attributes say",
    }


def _otherwise(criterion: CriterionSpec | None) -> dict[str, str]:
    if criterion is None:
        return {}
    return {
        "Points otherwise": plain(criterion.otherwise_points),
        "Otherwise counts as met": _yes_no(criterion.otherwise_met),
    }


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with its place from 1."""

    place: int
    band: BandSpec

    def __str__(self) -> str:
        return f"step {self.place}" + (f" “{self.band.label}”" if self.band.label else "")

    @property
    def title(self) -> str:
        return f"S{str(self)[1:]}"


def _step_details(before: tuple[BandSpec, ...], after: tuple[BandSpec, ...]) -> Iterator[Detail]:
    """Return what became of the steps; they have no keys, so the most alike are taken for the same."""
    old = [_Step(place, band) for place, band in enumerate(before, start=1)]
    new = [_Step(place, band) for place, band in enumerate(after, start=1)]
    same = _same_steps(old, new)
    earlier = {now.place: was for was, now in same}
    for now in new:
        if now.place not in earlier:
            yield Detail(now.title, "", _said(now.band))
            continue
        for detail in differing(_about_step(earlier[now.place].band), _about_step(now.band)):
            yield Detail(f"{detail.what} of {now}", detail.before, detail.after)
    kept = {was.place for was, _ in same}
    for was in old:
        if was.place not in kept:
            yield Detail(was.title, _said(was.band), "")
    in_new_order = [earlier[now.place].place for now in new if now.place in earlier]
    if in_new_order != sorted(in_new_order):
        stood = [was.band for was in old if was.place in kept]
        stand = [now.band for now in new if now.place in earlier]
        yield _order(stood, stand)


def _same_steps(before: list[_Step], after: list[_Step]) -> list[tuple[_Step, _Step]]:
    """Return which steps are the same: equal ones, else of one condition, of one label, or the next ones left."""
    found: list[tuple[_Step, _Step]] = []
    old, new = list(before), list(after)
    likenesses: tuple[Callable[[_Step], Any], ...] = (
        lambda step: step.band,
        lambda step: step.band.when,
        lambda step: step.band.label or step,
        lambda step: None,
    )
    for likeness in likenesses:
        for was in list(old):
            now = next((step for step in new if likeness(step) == likeness(was)), None)
            if now is not None:
                found.append((was, now))
                old.remove(was)
                new.remove(now)
    return found


def _about_step(band: BandSpec) -> dict[str, str]:
    return {
        "Label": band.label,
        "Condition": band.when,
        "Points": plain(band.points),
        "Counts as met": _yes_no(band.met),
    }


def _order(before: list[BandSpec], after: list[BandSpec]) -> Detail:
    """Return the order of steps by their labels, or by more where these are alike."""
    ways: tuple[Callable[[BandSpec], str], ...] = (lambda band: band.label or band.when, lambda band: band.when, _said)
    said = [(", ".join(map(way, before)), ", ".join(map(way, after))) for way in ways]
    return Detail("Order of the steps", *next((pair for pair in said if pair[0] != pair[1]), said[-1]))


def _said(band: BandSpec) -> str:
    points = plain(band.points)
    noun = "point" if points in ("1", "-1") else "points"
    return f"{band.when}: {points} {noun}, {'counts' if band.met else 'does not count'} as met"


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


# --- Levels --------------------------------------------------------------------------------------


def _level_details(before: SchemaDocument, after: SchemaDocument, level: Level) -> tuple[Detail, ...]:
    labels = {criterion.key: criterion.label for document in (before, after) for criterion in document.criteria}
    needed = list(dict.fromkeys([*after.level(level).knock_outs, *before.level(level).knock_outs]))
    old, new = (_asked(document.level(level), needed, labels) for document in (before, after))
    return differing(old, new)


def _asked(level: LevelSpec, needed: list[str], labels: dict[str, str]) -> dict[str, str]:
    least = {axis: plain(points) for axis, points in level.minimums}
    every = list(labels.values())
    asked = {"Least score": "" if level.score is None else plain(level.score)}
    asked |= {f"Least points for {axis.value}": least.get(axis, "") for axis in Axis}
    for key in needed:
        label = labels.get(key, "")
        name = f"“{label}”" if every.count(label) == 1 else f"“{label}” ({key})"
        asked[f"{name} must be met"] = _yes_no(key in level.knock_outs)
    return asked


# --- Attributes and test cases -------------------------------------------------------------------


def attribute_details(before: AttributeSpec | None, after: AttributeSpec | None) -> Iterator[Detail]:
    said = differing(_attribute(before), _attribute(after))
    yield from said
    if not said and before != after and before and after:  # 1.0 for 1
        yield Detail("If not given", canonical(before.not_given), canonical(after.not_given))


def _attribute(spec: AttributeSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    return {
        "Label": spec.label,
        "Question": spec.question,
        "Type": spec.type.value.replace("_", " "),
        "Unit": spec.unit,
        "Choices": ", ".join(f"{choice.label} ({choice.code})" for choice in spec.choices),
        "Stale after": f"{spec.freshness_days} days" if spec.freshness_days else "never",
        "If not given": "unknown" if spec.not_given is None else _stored(spec, spec.not_given),
        "Counts": ", ".join(spec.counts_kinds),
        "Within": f"{spec.counts_days} days" if spec.counts_days else "",
    }


def _case_details(
    before: TestCase | None, after: TestCase | None, old_specs: Specs, new_specs: Specs
) -> Iterator[Detail]:
    yield from differing(_case(before), _case(after))
    old, new = (dict(case.values) if case else {} for case in (before, after))
    for key in dict.fromkeys([*new, *old]):
        if key in old and key in new and old[key] == new[key]:
            continue
        was = _stored(old_specs.get(key), old[key]) if key in old else ""
        now = _stored(new_specs.get(key), new[key]) if key in new else ""
        if was == now:  # 1.0 for 1
            was, now = canonical(old[key]), canonical(new[key])
        spec = new_specs.get(key) or old_specs.get(key)
        yield Detail(spec.label if spec else key, was, now)


def _case(case: TestCase | None) -> dict[str, str]:
    if case is None:
        return {}
    return {
        "Must be": case.level.name,
        "Must be possible": case.possible_level.name if case.possible_level else "any",
        "Day": case.on.isoformat() if case.on else "",
    }


def _stored(spec: AttributeSpec | None, stored: Any) -> str:
    """Return a value in words; as it is kept where it is none of the attribute."""
    if spec is None or (stored != DOES_NOT_KNOW and decode(spec, stored) is None):
        return canonical(stored)
    return shown_stored(spec, stored, "").strip() or canonical(stored)
