"""manage.py pack: what makes a lead qualified, as a file."""

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
from leads.models import Door, PublishedVersion, Status
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
    help = """List the packs that come with the product, take one in as a draft, or write a version as one.

A pack is a qualification schema as a JSON file; docs/packs.md says how to write one. Importing checks
everything before anything is written.

Exit status: 0 when it was done; 1 when something is wrong, and then nothing was written."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list | export | import")
        acts.add_parser("list", help="the packs that come with the product")
        export = acts.add_parser("export", help="write a version as a pack")
        export.add_argument("business", metavar="BUSINESS", help="whose it is")
        export.add_argument("key", metavar="SCHEMA", help="its key")
        export.add_argument(
            "--version",
            dest="number",
            type=int,
            metavar="N",
            help="which one; else the published one, or the draft where none is",
        )
        export.add_argument("--out", type=Path, metavar="FILE", help="where to; else to the standard output")
        export.add_argument("--kind", choices=sorted(KINDS), default=KIND, help="what it is a version of")
        import_ = acts.add_parser("import", help="make a draft of a pack")
        import_.add_argument("business", metavar="BUSINESS", help="whose it will be")
        import_.add_argument("pack", metavar="FILE_OR_NAME", help="a file, or the name of a pack in the list")
        import_.add_argument("--publish", action="store_true", help="publish the draft, or write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except DocumentRefused as refusal:
            raise CommandError("\n".join(["Nothing was written:", *map(str, refusal.problems)])) from refusal
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _list(self, options: dict[str, Any]) -> None:
        for pack in list_packs():
            self.stdout.write(f"{pack.name:<20} {pack.title}")
            self.stdout.write(f"{'':<20} {pack.about}")

    def _export(self, options: dict[str, Any]) -> None:
        viewer = system(find_business(options["business"]), Door.COMMAND)
        with within(viewer):
            version = _find_version(KINDS[options["kind"]], options["key"], options["number"], viewer)
            text = export_pack(version_id=version.pk, by=viewer, kind=options["kind"])
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
                self.stdout.write(f"{version} is published and judges from now on.")
                self.stdout.write("Open leads are judged anew by manage.py worker.")
            else:
                version = import_pack(text=text, by=viewer)
                self.stdout.write(f"{version} is a draft. Look at it in the admin, then publish it there.")


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


def _find_version(kind: PackKind, key: str, number: int | None, viewer: Viewer) -> PublishedVersion:
    """Return the version that is meant; raise CommandError with the key that was probably meant."""
    manager: Any = kind.versions._default_manager
    visible = manager.visible_to(viewer).select_related(kind.of)
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
