"""Drafts: rows out of a document, and a document out of rows."""

from decimal import Decimal
from typing import Any

from assessments import models
from assessments.domain.template import (
    ANSWERS,
    ConditionSpec,
    Dimension,
    FormulaBand,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
)
from assessments.domain.template_document import expected_out
from assessments.domain.template_reading import expected_in
from leads.domain.documents import Problem, Reader
from leads.domain.rules import Range
from leads.domain.values import plain
from leads.models import Attribute

ZERO = Decimal(0)


def document_of_rows(version: models.TemplateVersion) -> TemplateDocument:
    """Return a draft's content, with all of the business's attributes; what is missing is empty or zero."""
    attributes = Attribute.objects.filter(business=version.business_id, archived_at__isnull=True)
    sections = version.sections.prefetch_related("questions__options")
    return TemplateDocument(
        key=version.template.key,
        name=version.template.name,
        language=version.language,
        currency=version.business.currency,
        propose_when=version.propose_when.strip(),
        attributes=tuple(attribute.spec for attribute in attributes),
        offer=OfferSpec(
            name=version.offer_name,
            price=_range(version.price_low, version.price_likely, version.price_high),
            recoverable_share=_range(version.share_low, version.share_likely, version.share_high),
            required_return=version.required_return or ZERO,
        ),
        sections=tuple(_section_spec(section) for section in _in_order(sections)),
        urgency_question=version.urgency_question,
        formulas=tuple(_formula_spec(row) for row in version.formulas.all()),
        verdict=_verdict_spec(version),
        stall_risks=tuple(
            StallRiskSpec(row.key, row.label, row.rule, row.blocking, row.what_to_do)
            for row in version.stall_risks.all()
        ),
        nurture_days=version.nurture_days,
        test_cases=tuple(
            TestCase(
                name=row.name,
                answers=tuple(row.answers.items()),
                facts=tuple(row.facts.items()),
                expected=expected_in(Reader(row.expected)),
                on=row.on,
            )
            for row in version.test_cases.all()
        ),
    )


def _in_order(sections: Any) -> list[models.Section]:
    order = {dimension.value: index for index, dimension in enumerate(Dimension)}
    return sorted(sections, key=lambda section: order[section.dimension])


def _range(low: Decimal | None, likely: Decimal | None, high: Decimal | None) -> Decimal | Range:
    """Return the range, or the likely value alone where the ends are none; `range_problems` says what is wrong."""
    if likely is None:
        return ZERO
    if low is None or high is None or low == high or not low <= likely <= high:
        return likely
    return Range(low, likely, high)


def range_problems(version: models.TemplateVersion) -> list[Problem]:
    """Return what is wrong with the low, likely and high ends of a draft's offer."""
    price = (version.price_low, version.price_likely, version.price_high)
    share = (version.share_low, version.share_likely, version.share_high)
    wrong = [("offer.price", _why_no_range(*price)), ("offer.recoverable_share", _why_no_range(*share))]
    return [Problem(path, why) for path, why in wrong if why]


def _why_no_range(low: Decimal | None, likely: Decimal | None, high: Decimal | None) -> str:
    if likely is None:
        return "is missing: give at least the likely value"
    if (low is None) != (high is None):
        given, other = ("low", "high") if high is None else ("high", "low")
        return f"has a {given} end without a {other} one; give both, or neither"
    if low is not None and high is not None and not low <= likely <= high:
        ends = f"{plain(low)}, {plain(likely)}, {plain(high)}"
        return f"must rise from low over likely to high, and is {ends}; put the ends right"
    return ""


def _section_spec(row: models.Section) -> SectionSpec:
    return SectionSpec(
        dimension=Dimension(row.dimension),
        title=row.title,
        guidance=row.guidance,
        questions=tuple(_question_spec(question) for question in row.questions.all()),
    )


def _question_spec(row: models.Question) -> QuestionSpec:
    return QuestionSpec(
        key=row.key,
        text=row.text,
        type=QuestionType(row.type),
        why_we_ask=row.why_we_ask,
        listen_for=row.listen_for,
        show_when=row.show_when.strip(),
        if_hidden=row.if_hidden,
        required=row.required,
        unit=row.unit,
        minimum=row.minimum,
        maximum=row.maximum,
        options=tuple(OptionSpec(option.code, option.label, option.points) for option in row.options.all()),
        points_yes=row.points_yes,
        points_no=row.points_no,
        scored=row.scored,
        attribute=row.attribute,
        for_prospect=row.for_prospect,
        wording_override=row.wording_override,
    )


def _formula_spec(row: models.Formula) -> FormulaSpec:
    bands = tuple(FormulaBand(band["label"], Decimal(band["from"])) for band in row.bands)
    return FormulaSpec(row.key, row.label, row.rule, row.unit, row.cost_item, row.benchmark, bands)


def _verdict_spec(version: models.TemplateVersion) -> VerdictSpec:
    conditions: dict[str, list[ConditionSpec]] = {answer: [] for answer in ANSWERS}
    for row in version.verdict_conditions.all():
        conditions[row.answer].append(ConditionSpec(row.label, row.rule))
    return VerdictSpec(
        act_from=version.act_from or ZERO, **{answer: tuple(found) for answer, found in conditions.items()}
    )


# --- Rows ----------------------------------------------------------------------------------------


def fill_draft(version: models.TemplateVersion, document: TemplateDocument) -> None:
    """Write a document's content into an empty draft."""
    price, share = document.offer.price, document.offer.recoverable_share
    version.language = document.language
    version.propose_when = document.propose_when
    version.urgency_question = document.urgency_question
    version.offer_name = document.offer.name
    version.price_low, version.price_likely, version.price_high = _ends(price)
    version.share_low, version.share_likely, version.share_high = _ends(share)
    version.required_return = document.offer.required_return
    version.act_from = document.verdict.act_from
    version.nurture_days = document.nurture_days
    version.save()
    for position, section in enumerate(document.sections):
        _fill_section(version, section, position)
    common = {"business_id": version.business_id, "version": version}
    models.Formula.objects.bulk_create(
        models.Formula(
            **common,
            position=position,
            key=spec.key,
            label=spec.label,
            rule=spec.rule,
            unit=spec.unit,
            cost_item=spec.cost_item,
            benchmark=spec.benchmark,
            bands=[{"label": band.label, "from": plain(band.least)} for band in spec.bands],
        )
        for position, spec in enumerate(document.formulas)
    )
    models.VerdictCondition.objects.bulk_create(
        models.VerdictCondition(**common, position=position, answer=answer, label=spec.label, rule=spec.rule)
        for answer in ANSWERS
        for position, spec in enumerate(getattr(document.verdict, answer))
    )
    models.StallRisk.objects.bulk_create(
        models.StallRisk(
            **common,
            position=position,
            key=spec.key,
            label=spec.label,
            rule=spec.rule,
            blocking=spec.blocking,
            what_to_do=spec.what_to_do,
        )
        for position, spec in enumerate(document.stall_risks)
    )
    models.TestCase.objects.bulk_create(
        models.TestCase(
            **common,
            position=position,
            name=case.name,
            answers=dict(case.answers),
            facts=dict(case.facts),
            expected=expected_out(case.expected),
            on=case.on,
        )
        for position, case in enumerate(document.test_cases)
    )


def _ends(value: Decimal | Range) -> tuple[Decimal | None, Decimal, Decimal | None]:
    return (value.low, value.likely, value.high) if isinstance(value, Range) else (None, value, None)


def _fill_section(version: models.TemplateVersion, spec: SectionSpec, position: int) -> None:
    section = models.Section.objects.create(
        business_id=version.business_id,
        version=version,
        position=position,
        dimension=spec.dimension.value,
        title=spec.title,
        guidance=spec.guidance,
    )
    for index, question in enumerate(spec.questions):
        _fill_question(section, question, index)


def _fill_question(section: models.Section, spec: QuestionSpec, position: int) -> None:
    row = models.Question.objects.create(
        business_id=section.business_id,
        section=section,
        position=position,
        key=spec.key,
        text=spec.text,
        type=spec.type.value,
        why_we_ask=spec.why_we_ask,
        listen_for=spec.listen_for,
        show_when=spec.show_when,
        if_hidden=spec.if_hidden,
        required=spec.required,
        unit=spec.unit,
        minimum=spec.minimum,
        maximum=spec.maximum,
        points_yes=spec.points_yes,
        points_no=spec.points_no,
        scored=spec.scored,
        attribute=spec.attribute,
        for_prospect=spec.for_prospect,
        wording_override=spec.wording_override,
    )
    models.Option.objects.bulk_create(
        models.Option(
            business_id=section.business_id,
            question=row,
            position=index,
            code=option.code,
            label=option.label,
            points=option.points,
        )
        for index, option in enumerate(spec.options)
    )


def empty_draft(version: models.TemplateVersion) -> None:
    """Remove the rows of a draft that has become a document."""
    for relation in ("sections", "formulas", "verdict_conditions", "stall_risks", "test_cases"):
        getattr(version, relation).all().delete()
