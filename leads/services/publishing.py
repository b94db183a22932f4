"""Drafting, publishing and retiring what judges leads.

Rows exist for drafts only: publishing turns them into a document and removes them, copying to a draft
and importing turn a document into rows.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from leads import permissions, selectors
from leads.domain import schema_document
from leads.domain.cases import case_problems, value_problems
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.plan import compile_plan
from leads.domain.schema_document import SchemaDocument
from leads.domain.schema_wording import wording_problems
from leads.domain.snapshot import base_key
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.services import versions
from leads.services.ordering import OrderRefused
from leads.services.rejudging import request_rejudging
from leads.services.schema_rows import document_of_rows, empty_draft, fill_draft
from leads.tenancy import Viewer


@transaction.atomic
def publish(*, version_id: int, by: Viewer, now: datetime) -> QualificationVersion:
    """Check a draft, freeze it into its document and let it judge from now on.

    The schema's version published before is retired, and all open leads wait to be judged anew. Raises
    DocumentRefused with everything that is wrong; the draft then stays as it was.
    """
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    version = versions.locked(QualificationVersion, version_id, by, of="schema")
    versions.check_draft(version)
    text = schema_document.write(checked_document(version))
    empty_draft(version)
    versions.freeze(version, text, of="schema", by=by, now=now)
    request_rejudging(version, by, now)
    return version


def checked_document(draft: QualificationVersion) -> SchemaDocument:
    """Return what publishing a draft would freeze; raise DocumentRefused with everything that is wrong."""
    document = document_of_rows(draft)
    wording = list(wording_problems(document))
    try:
        document = _used_attributes_only(document)
        # What cannot be read back must not judge.
        plan = compile_plan(schema_document.read(schema_document.write(document)))
        _check_order(draft, document)
    except DocumentRefused as refusal:
        raise DocumentRefused([*refusal.problems, *wording]) from refusal
    problems = [*case_problems(plan), *wording]
    if problems:
        raise DocumentRefused(problems)
    return document


@transaction.atomic
def retire(*, version_id: int, by: Viewer, now: datetime) -> QualificationVersion:
    """Let a published version judge no more; what it judged stays as it was judged.

    Raises OrderRefused while published schemas that judge only some leads rely on it to judge the others.
    """
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    version = versions.locked(QualificationVersion, version_id, by, of="schema")
    versions.retire(version, now)
    _check_rest(version, by)
    request_rejudging(version, by, now)
    return version


@transaction.atomic
def copy_to_draft(*, version_id: int, by: Viewer) -> QualificationVersion:
    """Return a new draft with the content of a published or retired version."""
    permissions.require(by, "author")
    version = versions.locked(QualificationVersion, version_id, by, of="schema")
    versions.check_not_draft(version)
    return _new_draft(version.schema, schema_document.read(version.document), by)


@transaction.atomic
def draft_from_document(*, document: SchemaDocument, by: Viewer) -> QualificationVersion:
    """Return a new draft with a document's content, in the schema of its key, made if there is none.

    Attributes that the business lacks are made; one that it has with another type, or archived, is
    refused. A new schema comes before the others, so that one without a condition stays the last.
    Raises DocumentRefused with everything that is wrong with the document.
    """
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    compile_plan(document)
    problems = value_problems(document)
    if problems:
        raise DocumentRefused(problems)
    versions.take_attributes(document.attributes, by)
    schema = QualificationSchema.objects.visible_to(by).filter(key=document.key).first()
    if schema is None:
        existing = QualificationSchema.objects.visible_to(by)
        if document.applies_when:
            existing.update(position=F("position") + 1)
        last = existing.aggregate(last=Max("position"))["last"]
        position = 0 if document.applies_when or last is None else last + 1
        schema = QualificationSchema.objects.create(
            business=by.business, key=document.key, name=document.name, position=position
        )
    return _new_draft(schema, document, by)


def _check_order(version: QualificationVersion, document: SchemaDocument) -> None:
    """Refuse a schema that would shadow others, be shadowed, or leave leads that none applies to."""
    others = (
        QualificationVersion.objects.filter(business=version.business_id, status=Status.PUBLISHED)
        .exclude(schema=version.schema)
        .select_related("schema")
    )
    mine = (version.schema.position, version.schema.pk)
    before = [other for other in others if (other.schema.position, other.schema.pk) < mine]
    is_last = len(before) == len(others)
    catching_all = next((other.schema for other in before if not other.applies_when.strip()), None)
    if catching_all is not None:
        reason = f"is of no use: “{catching_all}” comes before this schema and judges every lead"
        raise DocumentRefused([Problem("applies_when", reason)])
    if is_last and document.applies_when:
        reason = "must be empty: this is the last schema, and every lead must find one that judges it"
        raise DocumentRefused([Problem("applies_when", reason)])
    if not is_last and not document.applies_when:
        reason = "is missing: schemas follow this one, and would never judge a lead"
        raise DocumentRefused([Problem("applies_when", reason)])


def _check_rest(retired: QualificationVersion, by: Viewer) -> None:
    """Refuse to leave leads that none of the schemas still published applies to."""
    rest = QualificationVersion.objects.visible_to(by).filter(status=Status.PUBLISHED).select_related("schema")
    last = rest.order_by("schema__position", "schema_id").defer("document").last()
    if last is not None and last.applies_when.strip():
        raise OrderRefused(
            f"“{retired.schema}” judges the leads that no other schema does, and “{last.schema}” judges only some. "
            f"Retire “{last.schema}” first, or publish one without a condition.",
            field="version",
        )


def _used_attributes_only(document: SchemaDocument) -> SchemaDocument:
    """Return the document with those attributes that its rules read and its test cases give.

    Raises DocumentRefused if the rules are wrong.
    """
    plan = compile_plan(document)
    used = {base_key(name) for name in plan.attributes} | {
        key for case in document.test_cases for key, _ in case.values
    }
    kept = tuple(spec for spec in document.attributes if spec.key in used)
    return replace(document, attributes=kept)


def _new_draft(schema: QualificationSchema, document: SchemaDocument, by: Viewer) -> QualificationVersion:
    number = versions.next_number(QualificationVersion, schema, of="schema")
    version = QualificationVersion.objects.create(business=by.business, schema=schema, number=number)
    fill_draft(version, document)
    return version
