"""How a version lives: drafted, published, retired. One mechanism for everything that is published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Max, Model

from leads import selectors
from leads.domain.documents import DocumentRefused, Problem, checksum
from leads.domain.errors import DomainError
from leads.domain.values import AttributeSpec
from leads.models import Attribute, PublishedVersion, Status
from leads.tenancy import Viewer

V = TypeVar("V", bound=PublishedVersion)


class NotADraft(DomainError):
    code = "not_a_draft"


class NotPublished(DomainError):
    code = "not_published"


class DraftExists(DomainError):
    code = "draft_exists"


class AttributeConflict(DocumentRefused):
    """Attributes that the business has otherwise; `field` is the key of the first."""

    code = "attribute_conflict"

    def __init__(self, problems: Sequence[Problem], *, field: str) -> None:
        super().__init__(problems)
        self.field = field


def locked(model: type[V], version_id: int, by: Viewer, *, of: str) -> V:
    """Return a version with what it is one of, its row locked; raise NotFound."""
    visible: Any = model.objects.visible_to(by)
    found = visible.select_for_update(of=("self",), no_key=True).select_related(of).filter(pk=version_id).first()
    if found is None:
        raise selectors.NotFound("There is no such version.", field="version")
    return found


def check_draft(version: PublishedVersion) -> None:
    if version.status != Status.DRAFT:
        raise NotADraft(f"{version} is {version.status} already.")


def check_not_draft(version: PublishedVersion) -> None:
    if version.status == Status.DRAFT:
        raise NotPublished(f"{version} is a draft itself.")


def next_number(model: type[V], parent: Model, *, of: str) -> int:
    """Return the number of a new draft; raise DraftExists if there is one already.

    Of two people who begin one at the same moment, the second waits here, and then finds the other's.
    """
    type(parent)._base_manager.select_for_update().get(pk=parent.pk)
    siblings = model.objects.filter(**{of: parent})
    if siblings.filter(status=Status.DRAFT).exists():
        raise DraftExists(f"{parent} has a draft already; publish or change that one.")
    return (siblings.aggregate(last=Max("number"))["last"] or 0) + 1


def freeze(version: V, document: str, *, of: str, by: Viewer, now: datetime) -> None:
    """Publish a draft as this document; the version published before is retired."""
    published = type(version).objects.filter(**{of: getattr(version, of)}, status=Status.PUBLISHED)
    published.update(status=Status.RETIRED, retired_at=now)
    version.document, version.checksum = document, checksum(document)
    version.status, version.published_at, version.published_by = Status.PUBLISHED, now, by.membership
    version.save()


def retire(version: PublishedVersion, now: datetime) -> None:
    """Take a published version out of force; what was made with it stays."""
    if version.status != Status.PUBLISHED:
        raise NotPublished(f"{version} is not published.")
    version.status, version.retired_at = Status.RETIRED, now
    version.save(update_fields=("status", "retired_at"))


def take_attributes(specs: tuple[AttributeSpec, ...], by: Viewer) -> None:
    """Make the attributes that the business lacks; raise AttributeConflict for those that are not the same."""
    known = _known(specs, by)
    conflicts = _conflicts(specs, known)
    if conflicts:
        raise AttributeConflict([problem for _, problem in conflicts], field=conflicts[0][0])
    for position, spec in enumerate(specs):
        if spec.key not in known:
            attribute = _attribute_of(spec, position, by)
            _check(attribute)
            attribute.save()


def attribute_problems(specs: tuple[AttributeSpec, ...], by: Viewer) -> list[Problem]:
    """Return why `take_attributes` would refuse these, each with its path; nothing is written."""
    known = _known(specs, by)
    problems = [problem for _, problem in _conflicts(specs, known)]
    for position, spec in enumerate(specs):
        if spec.key in known:
            continue
        try:
            _check(_attribute_of(spec, position, by))
        except ValidationError as refusal:
            path = f"attributes[{position}]"
            for name, messages in refusal.message_dict.items():
                at = path if name == NON_FIELD_ERRORS else f"{path}.{name}"
                problems += [Problem(at, message) for message in messages]
    return problems


def _check(attribute: Attribute) -> None:
    """Raise ValidationError for what no business could have; that the key is new is known."""
    attribute.full_clean(exclude=["business"], validate_unique=False, validate_constraints=False)


def _known(specs: tuple[AttributeSpec, ...], by: Viewer) -> dict[str, Attribute]:
    keys = [spec.key for spec in specs]
    return {row.key: row for row in Attribute.objects.visible_to(by).filter(key__in=keys)}


def _conflicts(specs: tuple[AttributeSpec, ...], known: Mapping[str, Attribute]) -> list[tuple[str, Problem]]:
    found: list[tuple[str, Problem]] = []
    for position, spec in enumerate(specs):
        row = known.get(spec.key)
        if row is None:
            continue
        if row.archived_at is not None:
            message = f"`{spec.key}` is archived. Bring it back first."
            found.append((spec.key, Problem(f"attributes[{position}].key", message)))
        elif row.type != spec.type.value:
            message = f"`{spec.key}` is a {spec.type.value} there and a {row.type} here."
            found.append((spec.key, Problem(f"attributes[{position}].type", message)))
    return found


def _attribute_of(spec: AttributeSpec, position: int, by: Viewer) -> Attribute:
    return Attribute(
        business=by.business,
        key=spec.key,
        label=spec.label,
        question=spec.question,
        type=spec.type.value,
        unit=spec.unit,
        choices=[{"code": choice.code, "label": choice.label} for choice in spec.choices],
        freshness_days=spec.freshness_days,
        not_given=spec.not_given,
        counts_kinds=list(spec.counts_kinds),
        counts_days=spec.counts_days,
        position=position,
    )
