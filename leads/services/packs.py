"""Packs: what a business authors as a file, to begin with, to keep, and to carry elsewhere.

A pack is a document in the text form of `leads.domain.packs`. Which kinds there are is registered here: an
upper app adds its own with `register` in its `AppConfig.ready`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from leads import permissions, selectors
from leads.domain import schema_document
from leads.domain.cases import value_problems
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.errors import DomainError
from leads.domain.import_reading import suggestion
from leads.domain.normal_form import normal
from leads.domain.packs import kind_of, pack_text
from leads.domain.plan import compile_plan
from leads.domain.schema_document import SchemaDocument
from leads.models import PublishedVersion, QualificationVersion, Status
from leads.services import versions
from leads.services.publishing import draft_from_document, publish
from leads.services.schema_rows import document_of_rows
from leads.tenancy import Viewer


class NoSuchPack(DomainError):
    code = "no_such_pack"


@dataclass(frozen=True, slots=True)
class PackKind:
    """What can be made a pack of, and how. `shipped` says of each file in `folder` what it is for, in order.

    `of` names the field from a version to what it is a version of. `problems` are those that importing a
    document would meet; `content` is a draft's document, refused if it could not be imported.
    """

    kind: str
    folder: Path
    shipped: Mapping[str, str]
    versions: type[PublishedVersion]
    of: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    problems: Callable[[Any, Viewer], list[Problem]]
    draft: Callable[..., PublishedVersion]
    publish: Callable[..., PublishedVersion]
    content: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Pack:
    """One of the packs that come with the product; `title` is what its document is called."""

    name: str
    kind: str
    title: str
    about: str
    text: str


KINDS: dict[str, PackKind] = {}


def register(kind: PackKind) -> None:
    KINDS[kind.kind] = kind


def list_packs(kinds: Collection[str] | None = None) -> tuple[Pack, ...]:
    """Return the packs that come with the product, or those of some kinds, the default one first."""
    found: list[Pack] = []
    for kind in KINDS.values():
        if kinds is not None and kind.kind not in kinds:
            continue
        for name, about in kind.shipped.items():
            text = (kind.folder / f"{name}.json").read_text(encoding="utf-8")
            found.append(Pack(name, kind.kind, kind.read(text).name, about, text))
    return tuple(found)


def find_pack(name: str) -> Pack:
    """Return a pack that comes with the product; raise NoSuchPack with the one that was probably meant."""
    packs = {pack.name: pack for pack in list_packs()}
    if name not in packs:
        raise NoSuchPack(f'There is no pack "{name}".{suggestion(name, list(packs))}', field="pack")
    return packs[name]


def read_pack(text: str) -> Any:
    """Return the document that a pack holds; raise DocumentRefused with everything that is wrong with it."""
    return _kind(text).read(text)


@transaction.atomic
def import_pack(*, text: str, by: Viewer) -> PublishedVersion:
    """Return a new draft with the content of a pack, of what has its key, made if there is none.

    Raises DocumentRefused with everything that is wrong with the pack or does not go together with the
    business's attributes; nothing is written then.
    """
    permissions.require(by, "author")
    kind = _kind(text)
    document = kind.read(text)
    problems = kind.problems(document, by)
    if problems:
        raise DocumentRefused(problems)
    return kind.draft(document=document, by=by)


@transaction.atomic
def publish_pack(*, text: str, by: Viewer, now: datetime) -> PublishedVersion:
    """Import a pack and publish it at once; where either is refused, nothing is written."""
    draft = import_pack(text=text, by=by)
    return _kind(text).publish(version_id=draft.pk, by=by, now=now)


def export_pack(*, version_id: int, by: Viewer, kind: str = schema_document.KIND) -> str:
    """Return a version as the text of a pack; importing that gives the same version again.

    A draft must make sense to be exported: raises DocumentRefused with everything that is wrong with it.
    """
    permissions.require(by, "author")
    found = KINDS[kind]
    visible: Any = found.versions._default_manager
    version = visible.visible_to(by).select_related(found.of).filter(pk=version_id).first()
    if version is None:
        raise selectors.NotFound("There is no such version.", field="version")
    drafted = version.status == Status.DRAFT
    return pack_text(found.write(found.content(version) if drafted else found.read(version.document)))


def _kind(text: str) -> PackKind:
    kind = kind_of(text)
    if kind not in KINDS:
        raise DocumentRefused([Problem("kind", f"must be one of {', '.join(KINDS)}")])
    return KINDS[kind]


# --- Qualification schemas -----------------------------------------------------------------------

SHIPPED = {
    "pain_fit_timeframe": "Pain, fit and timeframe, to begin with: whoever has a problem that you solve, "
    "is somebody whom you can help, and must have it stopped by a day that comes soon, is worth a conversation. "
    "Interest alone never is.",
    "bant": "Budget, authority, need and timeline, asked from the side of the problem: whose money it takes, who can "
    "change it, what was tried, and by when it must have stopped.",
    "champ": "Challenges, authority, money and prioritization. The challenge comes first; what tells most is the place "
    "that solving it has among the year's goals.",
    "meddicc": "Metrics, economic buyer, decision criteria, decision process, identified pain, champion and "
    "competition. For long sales to large organizations, where many people have a say.",
    "spiced": "Situation, pain, impact, critical event and decision. For customers who stay only as long as the "
    "impact does.",
    "enterprise_software": "An example: software that takes manual work away from large enterprises.",
    "marketing_services": "An example: marketing services for small businesses.",
}


def _problems(document: SchemaDocument, by: Viewer) -> list[Problem]:
    try:
        compile_plan(document)
    except DocumentRefused as refusal:
        found = list(refusal.problems)
    else:
        found = []
    at = {problem.path for problem in found}
    found += [problem for problem in value_problems(document) if problem.path not in at]
    return found + [p for p in versions.attribute_problems(document.attributes, by) if p.path not in at]


def _content(draft: Any) -> SchemaDocument:
    document = schema_document.read(schema_document.write(normal(document_of_rows(draft))))
    compile_plan(document)
    return document


def _draft(*, document: SchemaDocument, by: Viewer) -> QualificationVersion:
    """Return a draft of a pack's document; attributes that nothing uses are not made."""
    return draft_from_document(document=normal(document), by=by)


register(
    PackKind(
        kind=schema_document.KIND,
        folder=Path(__file__).parents[1] / "packs",
        shipped=SHIPPED,
        versions=QualificationVersion,
        of="schema",
        read=schema_document.read,
        write=schema_document.write,
        problems=_problems,
        draft=_draft,
        publish=publish,
        content=_content,
    )
)
