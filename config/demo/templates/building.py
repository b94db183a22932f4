"""Short ways to write down the questions of the demo."""

from decimal import Decimal
from typing import Any

from assessments.domain.template import OptionSpec, QuestionSpec, QuestionType

T = QuestionType
URGENCY = "From 0 to 10: how urgent is it for you that this stops?"


def choice(key: str, text: str, *options: tuple[str, str, int], **more: Any) -> QuestionSpec:
    specs = tuple(OptionSpec(code, label, Decimal(points)) for code, label, points in options)
    return QuestionSpec(key, text, T.SINGLE_CHOICE, options=specs, **more)


def yes_no(key: str, text: str, yes: int, no: int, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, T.YES_NO, points_yes=Decimal(yes), points_no=Decimal(no), **more)


def scale(key: str, text: str, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, T.SCALE, minimum=Decimal(0), maximum=Decimal(10), scored=True, **more)


def number(key: str, text: str, unit: str, most: int, kind: QuestionType = T.NUMBER, **more: Any) -> QuestionSpec:
    return QuestionSpec(key, text, kind, unit=unit, minimum=Decimal(0), maximum=Decimal(most), **more)
