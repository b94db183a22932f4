"""What the value of a formula is called: "Moderate" from 10 on."""

from decimal import Decimal

from assessments.domain.template import FormulaSpec
from leads.domain.rules import Fact, Range


def band_of(spec: FormulaSpec, value: Fact) -> str:
    """Return the label of the band that a value lies in, empty below the first band or if it is not known.

    A range that spans several is "Mild to Severe"; one that begins below the first band is "up to Severe".
    """
    if isinstance(value, Decimal):
        return _label(spec, value)
    if not isinstance(value, Range):
        return ""
    low, high = _label(spec, value.low), _label(spec, value.high)
    if low == high:
        return low
    return f"{low} to {high}" if low else f"up to {high}"


def _label(spec: FormulaSpec, number: Decimal) -> str:
    reached = [band.label for band in spec.bands if band.least <= number]
    return reached[-1] if reached else ""
