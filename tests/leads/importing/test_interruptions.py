"""Imports that break off, and imports that meet each other."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from leads.domain.import_reading import read_mapping
from leads.models import Door, Lead, Organization, Stakeholder
from leads.services.importing import check_file, import_leads
from leads.services.importing import run as running
from leads.tenancy import system

FILE = "Id,Company,Staff\n" + "".join(f"{n},Company {n % 7},{n}\n" for n in range(1, 51))


def test_an_import_that_breaks_off_leaves_whole_batches_and_a_second_one_finishes(run, rejects, monkeypatch):
    monkeypatch.setattr(running, "ROWS_PER_BATCH", 20)
    write, batches = running.write, []

    def breaks_in_the_second(*arguments):
        write(*arguments)
        batches.append(1)
        if len(batches) == 2:
            raise RuntimeError("the power is out")

    monkeypatch.setattr(running, "write", breaks_in_the_second)
    text = FILE.replace("\n5,", "\n,")
    with pytest.raises(RuntimeError):
        run(text, "--reject-file", str(rejects))
    assert Lead.objects.count() == 19
    assert list(rejects.parent.glob("*reject*")) == []

    outcome = run(text, "--reject-file", str(rejects))

    assert outcome.out.startswith("read 50, created 30, changed 0, unchanged 19, rejected 1\n")
    assert Organization.objects.count() == 7
    assert len(rejects.read_text().splitlines()) == 2


def test_a_lead_that_comes_in_another_batch_joins_the_organization_of_the_first(run, monkeypatch):
    monkeypatch.setattr(running, "ROWS_PER_BATCH", 3)

    run(FILE)

    assert Lead.objects.count() == 50
    assert Organization.objects.count() == 7


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_bring_every_lead_once(business, schema, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "ROWS_PER_BATCH", 5)
    path = tmp_path / "leads.csv"
    path.write_text(
        FILE.replace("Staff", "Staff,Mail").replace("\n", ",a@b.example\n").replace("Mail,a@b.example", "Mail")
    )
    mapping = read_mapping(
        '[lead]\nreference = "Id"\n[organization]\nname = "Company"\n'
        '[contact]\nname = "Company"\nemail = "Mail"\n[attributes]\nemployees = "Staff"\n'
    )
    by = system(business, Door.IMPORT)
    barrier, results = Barrier(2), []

    def bring_in() -> None:
        try:
            file = check_file(path=path, mapping=mapping, by=by)
            barrier.wait()
            rejected: list[str] = []
            result = import_leads(file=file, by=by, now=timezone.now(), on_reject=lambda row, why: rejected.append(why))
            results.append((result.created + result.unchanged, result.changed, rejected))
        finally:
            connection.close()

    threads = [Thread(target=bring_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [(50, 0, []), (50, 0, [])]
    assert Lead.objects.count() == Stakeholder.objects.count() == 50
    assert Organization.objects.count() == 7
