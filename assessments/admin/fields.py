"""Parts of a question that are kept otherwise than a person writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from assessments.domain.questions import VALUE_TYPES
from assessments.domain.template import QuestionType
from leads.domain.values import NUMBER, AttributeSpec, Choice, decode, encode, parse, plain

POINTS_BELOW = 100_000
Options = list[tuple[str, str, Decimal]]


class OptionsField(forms.CharField):
    """Options as lines of `code: label = points`; a line without a colon is both, one without points has none."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3, "class": "sp-option-lines", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{code}: {label} = {plain(points)}" for code, label, points in value)
        return value

    def to_python(self, value: Any) -> Any:
        found: Options = []
        for written in str(value or "").splitlines():
            if not written.strip():
                continue
            text, equals, number = written.rpartition("=")
            code, _, label = (part.strip() for part in (text if equals else written).partition(":"))
            if not code or len(code) > 63 or len(label) > 200:
                raise forms.ValidationError(f"Write {written.strip()!r} as code: label = points.")
            if code in {known for known, _, _ in found}:
                raise forms.ValidationError(f"The code {code!r} is there twice.")
            found.append((code, label or code, _points(number, written) if equals else Decimal(0)))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except forms.ValidationError:
            return True


def _points(number: str, written: str) -> Decimal:
    try:
        points = Decimal(number.strip())
        kept = points.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise forms.ValidationError(f"The points of {written.strip()!r} are no number.") from None
    if points != kept or abs(points) >= POINTS_BELOW:
        raise forms.ValidationError(f"The points of {written.strip()!r} have at most two decimals and five digits.")
    return points


def shown_value(question: Any) -> str:
    """Return what stands in for a hidden question as one would write it."""
    options = [(row.code, row.label, row.points) for row in question.options.all()]
    spec = _spec(question.type, options)
    value = None if spec is None or question.if_hidden is None else decode(spec, question.if_hidden)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    stored = encode(value)
    return " – ".join(stored.values()) if isinstance(stored, dict) else str(stored)


def written_value(text: str, *, kind: str, options: Options) -> Any:
    """Return the stored form of what somebody wrote, None for nothing; raise ValueRefused if it is no such value."""
    spec = _spec(kind, options)
    return encode(parse(spec, text)) if spec is not None and text.strip() else None


def _spec(kind: str, options: Options) -> AttributeSpec | None:
    if kind not in set(QuestionType):
        return None
    choices = tuple(Choice(code, label) for code, label, _ in options)
    return AttributeSpec("it", "It", VALUE_TYPES[QuestionType(kind)], choices=choices)


# --- Bands of a formula --------------------------------------------------------------------------

BANDS_AT_MOST = 20


class BandsField(forms.CharField):
    """What a figure is called, as lines of `from: label`; kept in rising order."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 2, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{band['from']}: {band['label']}" for band in value)
        return value

    def to_python(self, value: Any) -> Any:
        found: dict[Decimal, str] = {}
        for written in (text.strip() for text in str(value or "").splitlines()):
            if not written:
                continue
            number, colon, label = (part.strip() for part in written.partition(":"))
            if not colon or not label or not NUMBER.fullmatch(number):
                raise forms.ValidationError(f"Write {written!r} as a number, a colon and a name, such as 20: serious.")
            if len(label) > 200:
                raise forms.ValidationError(f"The name {label[:40]!r}… is too long: at most 200 characters.")
            if Decimal(number) in found:
                raise forms.ValidationError(f"{number} is there twice; leave one out.")
            found[Decimal(number)] = label
        if len(found) > BANDS_AT_MOST:
            raise forms.ValidationError(f"Write at most {BANDS_AT_MOST} lines.")
        return [{"label": label, "from": plain(least)} for least, label in sorted(found.items())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except forms.ValidationError:
            return True


# --- What an answer is evidence for --------------------------------------------------------------


class EvidenceSelect(UnfoldAdminSelectWidget):
    """Attributes to choose from; each option says its type, so that a script can leave out those that do not fit."""

    def __init__(self, specs: Mapping[str, AttributeSpec]) -> None:
        fits = {kind.value: type_.value for kind, type_ in VALUE_TYPES.items()}
        super().__init__(attrs={"data-fits": json.dumps(fits)})
        self.specs = specs

    def create_option(self, name: Any, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.specs:
            option["attrs"]["data-type"] = self.specs[str(value)].type.value
        return option
