"""The report as JSON, and back.

    {"format": 1, "kind": "calibration_report", "verdict": "better_card", "why": "…", …}

One object for each dataclass of `report`, with its fields' names; enumerations as their values, times
in ISO 8601, points as strings, counts and statistics as numbers, what is missing as null. A rate has
`won` and `lost` only: conversion and interval follow from them. The proposed document is an object in
its own published form. Upgrades of older formats happen on reading.
"""

import dataclasses
import json
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from leads.domain import schema_document
from leads.domain.calibration.report import Report
from leads.domain.documents import DocumentRefused, Problem, canonical
from leads.domain.schema_document import SchemaDocument
from leads.domain.values import plain

FORMAT = 1
KIND = "calibration_report"


def report_out(report: Report) -> str:
    """Return the canonical JSON; `report_in` gives an equal report back."""
    return canonical({"format": FORMAT, "kind": KIND, **_out(report)})


def report_in(text: str) -> Report:
    """Return the report that was written; raise DocumentRefused for what is none."""
    try:
        content = json.loads(text)
        if not isinstance(content, dict) or (content.get("format"), content.get("kind")) != (FORMAT, KIND):
            raise DocumentRefused([Problem("", "This is no report of a calibration.")])
        found = _in(Report, content)
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise DocumentRefused([Problem("", f"This report cannot be read: {error}")]) from error
    assert isinstance(found, Report)  # noqa: S101 (tells the type checker)
    return found


def _out(value: Any) -> Any:
    if isinstance(value, SchemaDocument):
        return json.loads(schema_document.write(value))
    if dataclasses.is_dataclass(value):
        return {field.name: _out(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_out(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    return value.value if isinstance(value, StrEnum) else value


def _in(wanted: Any, content: Any) -> Any:
    if get_origin(wanted) is UnionType:
        inner = next(part for part in get_args(wanted) if part is not NoneType)
        return None if content is None else _in(inner, content)
    if get_origin(wanted) is tuple:
        return tuple(_in(get_args(wanted)[0], part) for part in content)
    if wanted is SchemaDocument:
        return schema_document.read(canonical(content))
    if dataclasses.is_dataclass(wanted):
        hints = get_type_hints(wanted)
        return wanted(**{name: _in(hint, content[name]) for name, hint in hints.items()})  # type: ignore[operator]
    if wanted is datetime:
        return datetime.fromisoformat(content)
    if wanted is float and isinstance(content, int):
        return float(content)
    return wanted(content) if wanted is Decimal or issubclass(wanted, StrEnum) else content
