"""Attributes as criteria to be: their values in few buckets, each a band of the rule language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from leads.domain.calibration.buckets import Codes, Numbers, bucket_codes, bucket_numbers, least_leads
from leads.domain.calibration.candidates import Candidate, Placed, Step, always_known, place
from leads.domain.calibration.observations import Columns
from leads.domain.calibration.rates import Rate
from leads.domain.rules import Fact, Kind, Range, Unknown, is_key
from leads.domain.schema_document import RULE_AT_MOST, Axis
from leads.domain.values import KINDS, NUMERIC, AttributeSpec, ValueType, plain

TEXTS_AT_MOST = 20  # more different texts are no categories
RARE_AT_MOST = 50  # a longer list would say nothing to anybody
LABEL_AT_MOST = 200


def attribute_candidates(
    columns: Columns, won: Sequence[bool], rows: Sequence[int], usable: Mapping[str, AttributeSpec]
) -> list[Placed]:
    """Return the usable attributes in buckets that these rows ask for, with the place of every observation."""
    found: list[Placed] = []
    for spec in usable.values():
        for candidate in _bucketed(spec, columns, won, rows):
            found.append(Placed(candidate, place(candidate, columns, usable)))
    return found


def _bucketed(spec: AttributeSpec, columns: Columns, won: Sequence[bool], rows: Sequence[int]) -> Iterable[Candidate]:
    name = spec.key
    if spec.type == ValueType.DATE:
        name = _facing(spec, columns, rows)
    values = [(columns[name][row], won[row]) for row in rows]
    known = [(value, is_won) for value, is_won in values if not isinstance(value, Unknown)]
    least = least_leads(len(rows))
    often_unknown = len(values) - len(known) >= least
    kind = Kind.NUMBER if spec.type == ValueType.DATE else KINDS[spec.type]
    if len(known) < least:
        return
    if kind is Kind.NUMBER:
        numbers = [(_likely(value), is_won) for value, is_won in known]
        buckets = bucket_numbers(numbers, least, zero_apart=spec.type in NUMERIC)
        yield from _of_numbers(spec, name, buckets, often_unknown=often_unknown)
    elif kind is Kind.YES_NO:
        yield from _of_yes_no(spec, known, least, often_unknown=often_unknown)
    elif kind is Kind.TEXT:
        codes = [(str(value), is_won) for value, is_won in known if _can_be_written(spec, str(value))]
        if spec.type == ValueType.CHOICE or len({code for code, _ in codes}) <= TEXTS_AT_MOST:
            yield from _of_codes(spec, bucket_codes(codes, least), least, often_unknown=often_unknown)
    else:
        yield from _of_choices(spec, known, least)


def _likely(value: object) -> Decimal:
    return value.likely if isinstance(value, Range) else value if isinstance(value, Decimal) else Decimal(0)


def _facing(spec: AttributeSpec, columns: Columns, rows: Sequence[int]) -> str:
    """Return the name of the days that are mostly above zero: until a date, or since."""
    ahead, behind = f"days_until_{spec.key}", f"days_since_{spec.key}"
    days = [value for row in rows if isinstance(value := columns[ahead][row], Decimal)]
    return ahead if 2 * sum(value >= 0 for value in days) >= len(days) else behind


def _of_numbers(spec: AttributeSpec, name: str, found: Numbers, *, often_unknown: bool) -> Iterable[Candidate]:
    steps: list[Step] = []
    rates: list[Rate] = []
    unit = " days" if name != spec.key else f" {spec.unit}" if spec.unit else ""
    if found.zero is not None:
        steps.append(Step(f"{name} == 0", f"0{unit}"))
        rates.append(found.zero)
    for cut, rate in zip(reversed(found.cuts), reversed(found.rates), strict=False):
        steps.append(Step(f"{name} >= {plain(cut)}", f"{plain(cut)}{unit} or more", at_least=cut))
        rates.append(rate)
    if found.cuts:
        steps.append(Step(f"{name} < {plain(found.cuts[0])}", f"Less than {plain(found.cuts[0])}{unit}"))
    elif found.rates[0].leads:
        steps.append(
            Step(f"{name} != 0" if steps else f"{name} == {name}", "More or less than 0" if steps else "Given")
        )
    rates.append(found.rates[0])
    if len(steps) > 1 or often_unknown:
        yield _new(spec, steps, _typical(rates, often_unknown), name)


def _of_yes_no(
    spec: AttributeSpec, known: Sequence[tuple[Fact, bool]], least: int, *, often_unknown: bool
) -> Iterable[Candidate]:
    yes = sum(value is True for value, _ in known)
    both = [(Step(spec.key, "Yes"), yes), (Step(f"not {spec.key}", "No"), len(known) - yes)]
    often = [(step, leads) for step, leads in both if leads >= least]
    if not often_unknown:  # the usual answer is what the other is compared with
        often = [] if len(often) < 2 else [min(often, key=lambda pair: pair[1])]
    if often:
        yield _new(spec, [step for step, _ in often], None, spec.key)


def _of_codes(spec: AttributeSpec, found: Codes, least: int, *, often_unknown: bool) -> Iterable[Candidate]:
    groups, rates = list(found.groups), list(found.rates)
    if often_unknown and found.rare_rate.leads >= least and len(found.rare) <= RARE_AT_MOST:
        groups.append(found.rare)
        rates.append(found.rare_rate)
    if not often_unknown and groups:  # what is usual needs no band: it is what is compared with
        usual = max(range(len(groups)), key=lambda index: rates[index].leads)
        groups.pop(usual)
    steps = [codes_step(spec, codes) for codes in groups]
    if steps and all(len(step.when) <= RULE_AT_MOST for step in steps):
        yield _new(spec, steps, None, spec.key)


def _can_be_written(spec: AttributeSpec, code: str) -> bool:
    """Whether a rule can name a value: a choice that is still offered, on one line."""
    return code.isprintable() and (spec.type == ValueType.TEXT or code in spec.codes)


def _of_choices(spec: AttributeSpec, known: Sequence[tuple[Fact, bool]], least: int) -> Iterable[Candidate]:
    """One candidate for each choice out of several, since leads may have many."""
    for number, choice in enumerate(spec.choices):
        chosen = sum(isinstance(value, frozenset) and choice.code in value for value, _ in known)
        if chosen < least or len(known) - chosen < least or not _can_be_written(spec, choice.code):
            continue
        key = f"{spec.key}_{choice.code}"
        step = Step(f"{_quoted(choice.code)} in {spec.key}", choice.label[:LABEL_AT_MOST])
        yield replace(
            _new(spec, [step], None, spec.key),
            key=key if is_key(key) else f"{spec.key[:58]}_{number}",
            label=f"{spec.label}: {choice.label}"[:LABEL_AT_MOST],
            is_whole=False,
        )


def codes_step(spec: AttributeSpec, codes: Sequence[str]) -> Step:
    listed = ", ".join(_quoted(code) for code in codes)
    when = f"{spec.key} == {listed}" if len(codes) == 1 else f"{spec.key} in [{listed}]"
    label = ", ".join(spec.label_of(code) for code in codes)
    return Step(when, label if len(label) <= LABEL_AT_MOST else f"{label[: LABEL_AT_MOST - 1]}…", codes=tuple(codes))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typical(rates: Sequence[Rate], often_unknown: bool) -> int | None:
    return None if often_unknown else max(range(len(rates)), key=lambda index: rates[index].leads)


def _new(spec: AttributeSpec, steps: Sequence[Step], typical: int | None, name: str) -> Candidate:
    return Candidate(
        key=spec.key,
        axis=_axis(spec),
        label=spec.label,
        question=spec.question or f"What do we know of “{spec.label}”?",
        reads=(spec.key,),
        steps=tuple(steps),
        name=name,
        typical=typical,
        always_known=always_known(spec),
    )


def _axis(spec: AttributeSpec) -> Axis:
    if spec.counts_days is not None:
        return Axis.ENGAGEMENT
    return {ValueType.DATE: Axis.TIMEFRAME, ValueType.MONEY: Axis.BUDGET}.get(spec.type, Axis.FIT)
