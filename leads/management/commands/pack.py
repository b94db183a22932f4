"""manage.py pack: what a business authors, as a file: qualification schemas, and what upper apps add."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.domain.import_reading import suggestion
from leads.domain.schema_document import KIND
from leads.management.business import find_business
from leads.models import Door, PublishedVersion, QualificationVersion, Status
from leads.services.packs import (
    KINDS,
    PackKind,
    export_pack,
    find_pack,
    import_pack,
    list_packs,
    publish_pack,
)
from leads.tenancy import Viewer, system, within


class Command(BaseCommand):
    help = """List the packs that come with the product, show one, take one in as a draft, or write a version as one.

A pack is a qualification schema or an assessment template as a JSON file;
docs/packs.md says how to write one. Importing checks
everything before anything is written.

Exit status: 0 when it was done; 1 when something is wrong, and then nothing was written."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list | show | export | import | publish")
        list_ = acts.add_parser("list", help="the packs that come with the product")
        list_.add_argument("--kind", choices=sorted(KINDS), help="only those of one kind")
        show = acts.add_parser("show", help="write a pack that comes with the product to the standard output")
        show.add_argument("pack", metavar="NAME", help="its name in the list")
        export = acts.add_parser("export", help="write a version as a pack")
        export.add_argument("business", metavar="BUSINESS", help="whose it is")
        export.add_argument("key", metavar="KEY", help="the key of the schema or template")
        export.add_argument(
            "--version",
            dest="number",
            type=int,
            metavar="N",
            help="which one; else the published one, or the draft where none is",
        )
        export.add_argument("--out", type=Path, metavar="FILE", help="where to; else to the standard output")
        export.add_argument(
            "--kind", choices=sorted(KINDS), help="what it is a version of; needed only where both have that key"
        )
        import_ = acts.add_parser("import", help="make a draft of a pack")
        import_.add_argument("business", metavar="BUSINESS", help="whose it will be")
        import_.add_argument("pack", metavar="FILE_OR_NAME", help="a file, or the name of a pack in the list")
        import_.add_argument("--publish", action="store_true", help="publish the draft, or write nothing")
        publish = acts.add_parser("publish", help="the same as import --publish")
        publish.add_argument("business", metavar="BUSINESS", help="whose it will be")
        publish.add_argument("pack", metavar="FILE_OR_NAME", help="a file, or the name of a pack in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except DocumentRefused as refusal:
            raise CommandError("\n".join(["Nothing was written:", *map(str, refusal.problems)])) from refusal
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _list(self, options: dict[str, Any]) -> None:
        for pack in list_packs(KINDS if options["kind"] is None else [options["kind"]]):
            self.stdout.write(f"{pack.name:<20} {pack.title}")
            self.stdout.write(f"{'':<20} {pack.about}")

    def _show(self, options: dict[str, Any]) -> None:
        self.stdout.write(find_pack(options["pack"]).text, ending="")

    def _publish(self, options: dict[str, Any]) -> None:
        self._import({**options, "publish": True})

    def _export(self, options: dict[str, Any]) -> None:
        viewer = system(find_business(options["business"]), Door.COMMAND)
        with within(viewer):
            kind = _find_kind(options["kind"], options["key"], viewer)
            version = _find_version(kind, options["key"], options["number"], viewer)
            text = export_pack(version_id=version.pk, by=viewer, kind=kind.kind)
        if options["out"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["out"].write_bytes(text.encode())
        except OSError as error:
            raise CommandError(f'"{options["out"]}" cannot be written: {error.strerror}.') from error
        self.stdout.write(f'{version} is in "{options["out"]}".')

    def _import(self, options: dict[str, Any]) -> None:
        viewer = system(find_business(options["business"]), Door.COMMAND)
        text = _text_of(options["pack"])
        with within(viewer):
            if options["publish"]:
                version = publish_pack(text=text, by=viewer, now=timezone.now())
                self._say_published(version)
            else:
                version = import_pack(text=text, by=viewer)
                self.stdout.write(f"{version} is a draft. Look at it in the admin, then publish it there.")

    def _say_published(self, version: PublishedVersion) -> None:
        if isinstance(version, QualificationVersion):
            self.stdout.write(f"{version} is published and judges from now on.")
            self.stdout.write("Open leads are judged anew by manage.py worker.")
        else:
            self.stdout.write(f"{version} is published and offered from now on.")


def _text_of(wanted: str) -> str:
    """Return the text of a file, or of a pack that comes with the product."""
    path = Path(wanted)
    if not path.exists() and path.suffix == "" and len(path.parts) == 1:
        return find_pack(wanted).text
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f'The pack "{path}" cannot be read: {error.strerror}.') from error
    except UnicodeDecodeError as error:
        raise CommandError(f'The pack "{path}" is no UTF-8, as JSON must be.') from error


def _find_kind(wanted: str | None, key: str, viewer: Viewer) -> PackKind:
    """Return the kind that is meant, else the only one with the key; raise CommandError if several have it."""
    if wanted is not None:
        return KINDS[wanted]
    having = [kind for kind in KINDS.values() if _versions(kind, viewer).filter(**{f"{kind.of}__key": key}).exists()]
    if len(having) > 1:
        names = " or ".join(f"--kind {kind.kind}" for kind in having)
        raise CommandError(f'"{key}" is the key of several things; say which one you mean: {names}.')
    return having[0] if having else KINDS[KIND]


def _versions(kind: PackKind, viewer: Viewer) -> Any:
    manager: Any = kind.versions._default_manager
    return manager.visible_to(viewer)


def _find_version(kind: PackKind, key: str, number: int | None, viewer: Viewer) -> PublishedVersion:
    """Return the version that is meant; raise CommandError with the key that was probably meant."""
    visible = _versions(kind, viewer).select_related(kind.of)
    found = {version.number: version for version in visible.filter(**{f"{kind.of}__key": key})}
    if not found:
        keys = list(visible.order_by().values_list(f"{kind.of}__key", flat=True).distinct())
        raise CommandError(f'There is no version of "{key}".{suggestion(key, keys)}')
    if number is not None and number not in found:
        numbers = ", ".join(map(str, sorted(found)))
        raise CommandError(f'"{key}" has no version {number}, but {numbers}.')
    if number is not None:
        return found[number]
    ranks = {Status.PUBLISHED: 0, Status.DRAFT: 1, Status.RETIRED: 2}
    return min(found.values(), key=lambda version: (ranks[Status(version.status)], -version.number))
