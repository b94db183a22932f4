"""manage.py import_leads: bring leads in from a CSV file."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from leads.domain.errors import DomainError
from leads.domain.import_reading import read_mapping
from leads.domain.stages import Level
from leads.management.business import find_business
from leads.models import Door
from leads.services.importing import CheckedFile, ImportResult, check_file, import_leads
from leads.services.importing.rejects import RejectFile
from leads.services.importing.source import Record, SourceRefused
from leads.tenancy import Viewer, system

SHOWN_REJECTS = 5
SHOWN_CLOSE = 20


class Command(BaseCommand):
    help = """Bring leads in from a CSV file, or bring known ones up to date, and judge them.

Leads are found again by their external reference, so running again changes only what differs; what
the file does not say stays as it is. Everything is checked before anything is written: the encoding,
the header, and that the mapping's columns and attributes exist. Rows that cannot be taken are left
out and reported; the others go in, in transactions of 1,000 rows.

Exit status: 0 when the file was worked through, rejected rows included; 1 when nothing was written
because something is wrong, or when the import broke off (then run it again)."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file; its first line names the columns")
        parser.add_argument("--business", required=True, metavar="SLUG", help="whose leads they are")
        parser.add_argument(
            "--mapping",
            required=True,
            type=Path,
            metavar="MAPPING.toml",
            help="which column becomes what; see docs/importing.md",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing at all")
        parser.add_argument(
            "--reject-file",
            type=Path,
            metavar="FILE",
            help="keep rejected rows here, with line and reason; must not exist, left only if needed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        viewer = system(find_business(options["business"]), Door.IMPORT)
        try:
            mapping = read_mapping(_text_of(options["mapping"]))
            file = check_file(path=options["file"], mapping=mapping, by=viewer)
            result = self._import(file, viewer, options["reject_file"], dry_run=options["dry_run"])
        except (DomainError, SourceRefused) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Whole batches are in; run again for the rest.", returncode=130) from error
        self._report(result, dry_run=options["dry_run"])

    def _import(self, file: CheckedFile, viewer: Viewer, reject_path: Path | None, *, dry_run: bool) -> ImportResult:
        kept = RejectFile(reject_path, file.header, file.mapping) if reject_path else None
        shown: list[str] = []
        close: list[str] = []

        def on_close(record: Record, whom: str) -> None:
            if len(close) < SHOWN_CLOSE:
                close.append(f"line {record.line}: {whom}")

        def on_reject(record: Record, reason: str) -> None:
            if kept is not None:
                kept.add(record, reason)
            if len(shown) < SHOWN_REJECTS:
                shown.append(f"line {record.line}: {reason}")

        bar = tqdm(total=file.rows, unit=" rows", disable=None, file=sys.stderr, leave=False)
        with bar, closing(kept) if kept is not None else nullcontext():
            result = import_leads(
                file=file,
                by=viewer,
                now=timezone.now(),
                on_reject=on_reject,
                on_progress=bar.update,
                on_close=on_close,
                dry_run=dry_run,
            )
            if kept is not None and not dry_run:
                kept.keep()
        self._report_rejects(result.rejected, shown, None if dry_run else reject_path)
        self._report_close(result.close, close)
        return result

    def _report_close(self, found: int, shown: list[str]) -> None:
        if not found:
            return
        self.stderr.write(f"{found} new organizations and contacts may be known already; merge those that are:")
        for line in shown:
            self.stderr.write(f"  {line}")
        if found > len(shown):
            self.stderr.write(f"  … and {found - len(shown)} more; each one's page in the admin shows them.")

    def _report_rejects(self, rejected: int, shown: list[str], reject_path: Path | None) -> None:
        if not rejected:
            return
        if reject_path is not None:
            self.stderr.write(f'{rejected} rows rejected; they are in "{reject_path}", with reasons.')
            return
        self.stderr.write(f"{rejected} rows rejected:")
        for line in shown:
            self.stderr.write(f"  {line}")
        if rejected > len(shown):
            self.stderr.write(f"  … and {rejected - len(shown)} more; keep them all with --reject-file.")

    def _report(self, result: ImportResult, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was written. This would happen:")
        self.stdout.write(
            f"read {result.read}, created {result.created}, changed {result.changed}, "
            f"unchanged {result.unchanged}, rejected {result.rejected}"
        )
        levels = ", ".join(f"{level.name} {result.levels[level]}" for level in Level)
        self.stdout.write(f"levels: {levels}")


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f'The mapping "{path}" cannot be read: {error.strerror}.') from error
    except UnicodeDecodeError as error:
        raise CommandError(f'The mapping "{path}" is no UTF-8, as TOML must be.') from error
