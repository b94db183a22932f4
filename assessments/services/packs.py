"""Assessment templates as packs: those that come with the product, and how one comes in and goes out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assessments.domain.cases import value_problems
from assessments.domain.plan import compile_template
from assessments.domain.template import TemplateDocument
from assessments.domain.template_checks import each_at, questions_at
from assessments.domain.template_document import KIND, read, write
from assessments.domain.template_normal import normal
from assessments.models import TemplateVersion
from assessments.services.authoring import publish_template, template_from_document
from assessments.services.rows import document_of_rows
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.values import AttributeSpec
from leads.models import Attribute
from leads.services import versions
from leads.services.packs import PackKind, register
from leads.tenancy import Viewer

SHIPPED = {
    "manual_orders": "Orders that people key in: the hours, the mistakes, and the customers who notice. For "
    "whoever takes such work away.",
    "customer_churn": "Customers who leave unnoticed: which of them one wanted to keep, what each is worth, and at "
    "which moment they go.",
    "recruiting_delays": "Positions that stay open: where an application waits, and what is not done meanwhile.",
    "cloud_spend": "Computing costs that grow faster than the business: what runs without work, and why nobody "
    "switches it off.",
    "orders_by_hand": "An example: software that takes manual work away from large enterprises.",
    "few_customers": "An example: marketing services for small businesses.",
}


def _problems(document: TemplateDocument, by: Viewer) -> list[Problem]:
    """Return what keeps a document out of a business: by itself, then beside what the business has."""
    found = [*_currency(document, by), *_compiling(document)]
    at = {problem.path for problem in found}
    found += [p for p in versions.attribute_problems(document.attributes, by) if p.path not in at]
    return found or _beside(document, by)


def _currency(document: TemplateDocument, by: Viewer) -> list[Problem]:
    there = by.business.currency
    if document.currency in ("", there):
        return []
    message = f"is {document.currency}, and this business counts in {there}; change the amounts, then the currency"
    return [Problem("currency", message)]


def _compiling(document: TemplateDocument) -> Sequence[Problem]:
    try:
        plan = compile_template(document)
    except DocumentRefused as refusal:
        return refusal.problems
    return value_problems(plan)


def _beside(document: TemplateDocument, by: Viewer) -> list[Problem]:
    """Return what no longer makes sense with the business's own attributes, which stay as they are."""
    own = {row.key: row.spec for row in Attribute.objects.visible_to(by).filter(archived_at__isnull=True)}
    names = {spec.key for spec in document.attributes}
    placed = [(path, question.key) for path, question in questions_at(document)]
    placed += [(path, formula.key) for path, formula in each_at("formulas", document.formulas)]
    taken = [(path, key) for path, key in placed if key in own]
    if taken:
        message = "`{}` is the key of an attribute that this business has; choose another key"
        return [Problem(f"{path}.key", message.format(key)) for path, key in taken]
    attributes: list[AttributeSpec] = [own.get(spec.key, spec) for spec in document.attributes]
    attributes += [spec for key, spec in own.items() if key not in names]
    there = replace(document, attributes=tuple(attributes))
    return list(_compiling(there))


def _content(draft: Any) -> TemplateDocument:
    document = read(write(normal(document_of_rows(draft))))
    compile_template(document)
    return document


def _draft(*, document: TemplateDocument, by: Viewer) -> TemplateVersion:
    """Return a draft of a pack's document; attributes that nothing uses are not made."""
    return template_from_document(document=normal(document), by=by)


def register_templates() -> None:
    """Let templates be packs beside qualification schemas."""
    register(
        PackKind(
            kind=KIND,
            folder=Path(__file__).parents[1] / "packs",
            shipped=SHIPPED,
            versions=TemplateVersion,
            of="template",
            read=read,
            write=write,
            problems=_problems,
            draft=_draft,
            publish=publish_template,
            content=_content,
        )
    )
