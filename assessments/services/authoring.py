"""Drafting, publishing and retiring templates; versions work as those of qualification schemas do."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assessments.domain.cases import run_test_cases
from assessments.domain.plan import compile_template
from assessments.domain.publishing import dead_rules, differs, publishing_problems
from assessments.domain.template import Dimension, OfferSpec, SectionSpec, TemplateDocument, default_verdict
from assessments.domain.template_document import read, write
from assessments.domain.template_normal import normal
from assessments.models import AssessmentTemplate, TemplateVersion
from assessments.services.rows import document_of_rows, empty_draft, fill_draft, range_problems
from leads import permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.services import versions
from leads.tenancy import Viewer

ZERO = Decimal(0)


@transaction.atomic
def publish_template(*, version_id: int, by: Viewer, now: datetime) -> TemplateVersion:
    """Check a draft, run its test cases, freeze it into its document and offer it from now on.

    The version published before is retired; diagnoses that run with it go on with it. Raises
    DocumentRefused with everything that is wrong; the draft then stays as it was.
    """
    permissions.require(by, "author")
    version = versions.locked(TemplateVersion, version_id, by, of="template")
    versions.check_draft(version)
    text = write(_checked(version))
    empty_draft(version)
    versions.freeze(version, text, of="template", by=by, now=now)
    return version


def problems_of_template(draft: TemplateVersion) -> tuple[Problem, ...]:
    """Return everything for which publishing a draft would be refused; nothing is written."""
    try:
        _checked(draft)
    except DocumentRefused as refusal:
        return refusal.problems
    return ()


def _checked(draft: TemplateVersion) -> TemplateDocument:
    """Return what publishing a draft would freeze; raise DocumentRefused with everything that is wrong."""
    document = document_of_rows(draft)
    problems = [*range_problems(draft), *publishing_problems(document, draft.business.currency)]
    try:
        compile_template(document)
        document = normal(document)
        # What could not be read back must never be offered.
        plan = compile_template(read(write(document)))
    except DocumentRefused as refusal:
        raise DocumentRefused([*refusal.problems, *problems]) from refusal
    problems += [*dead_rules(plan), *run_test_cases(plan)]
    if problems:
        raise DocumentRefused(problems)
    return document


@transaction.atomic
def begin_template_draft(*, template_id: int, by: Viewer) -> TemplateVersion:
    """Return a new draft of a template that has the five sections and the usual conditions."""
    permissions.require(by, "author")
    template = AssessmentTemplate.objects.visible_to(by).select_for_update().filter(pk=template_id).first()
    if template is None:
        raise selectors.NotFound("There is no such template.", field="template")
    beginning = TemplateDocument(
        key=template.key,
        name=template.name,
        offer=OfferSpec("", ZERO, ZERO, ZERO),
        sections=tuple(SectionSpec(dimension, dimension.value.capitalize(), ()) for dimension in Dimension),
        urgency_question="How urgent is it for you to solve this?",
        formulas=(),
        verdict=default_verdict(ZERO),
    )
    return _new_draft(template, beginning, by)


@transaction.atomic
def retire_template(*, version_id: int, by: Viewer, now: datetime) -> TemplateVersion:
    """Offer a version no more; diagnoses that run with it go on."""
    permissions.require(by, "author")
    version = versions.locked(TemplateVersion, version_id, by, of="template")
    versions.retire(version, now)
    return version


@transaction.atomic
def copy_template_to_draft(*, version_id: int, by: Viewer) -> TemplateVersion:
    """Return a new draft with the content of a published or retired version."""
    permissions.require(by, "author")
    version = versions.locked(TemplateVersion, version_id, by, of="template")
    versions.check_not_draft(version)
    return _new_draft(version.template, read(version.document), by)


@transaction.atomic
def template_from_document(*, document: TemplateDocument, by: Viewer) -> TemplateVersion:
    """Return a new draft with a document's content, in the template of its key, made if there is none.

    Attributes that the business lacks are made; one that it has with another type is refused, and amounts in
    another currency than the business's are, too.
    """
    permissions.require(by, "author")
    if document.currency not in ("", by.business.currency):
        raise DocumentRefused([Problem("currency", differs(document.currency, by.business.currency))])
    versions.take_attributes(document.attributes, by)
    visible = AssessmentTemplate.objects.visible_to(by)
    template = visible.filter(key=document.key).first() or AssessmentTemplate.objects.create(
        business=by.business, key=document.key, name=document.name, position=visible.count()
    )
    return _new_draft(template, document, by)


def _new_draft(template: AssessmentTemplate, document: TemplateDocument, by: Viewer) -> TemplateVersion:
    number = versions.next_number(TemplateVersion, template, of="template")
    version = TemplateVersion.objects.create(business=by.business, template=template, number=number)
    fill_draft(version, document)
    return version
