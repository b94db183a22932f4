"""The import and the report against 9,240 real leads with known outcomes."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from leads.domain.schema_document import read
from leads.models import Event, Evidence, Lead, LeadValue, Organization, Qualification, Transition
from leads.services.publishing import draft_from_document, publish

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FILE = ROOT.parent / "shared" / "data" / "xeducation" / "Leads.csv"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FILE.exists(), reason="the real data is not beside the project (../shared/data)"),
]


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def import_file(business) -> str:
    return run("import_leads", str(FILE), "--business", business.slug, "--mapping", str(HERE / "mapping.toml"))


@pytest.fixture
def points_card(manager, now):
    draft = draft_from_document(document=read((HERE / "schema.json").read_text()), by=manager)
    return publish(version_id=draft.pk, by=manager, now=now)


def test_real_leads_are_all_accounted_for_stay_as_they_are_and_convert_by_level(business, points_card):
    first = import_file(business)

    assert first.splitlines()[0] == "read 9240, created 9240, changed 0, unchanged 0, rejected 0"
    assert Lead.objects.filter(outcome="won", stage="customer").count() == 3_561
    assert Lead.objects.filter(outcome="lost", stage="lost").count() == 5_679
    kept = [model.objects.count() for model in KEPT]
    assert kept[:5] == [9_240, 9_240, 9_240, 9_240, 9_240]

    second = import_file(business)

    assert second.splitlines()[0] == "read 9240, created 0, changed 0, unchanged 9240, rejected 0"
    assert second.splitlines()[1] == first.splitlines()[1]
    assert [model.objects.count() for model in KEPT] == kept

    report = run("qualification_report", "--business", business.slug)

    none, mql, sql = (float(found) for found in re.findall(r"^(?:NONE|MQL|SQL) .* ([\d.]+)%", report, re.M))
    assert none < mql < sql
    auc = float(re.search(r"^AUC of the score: ([\d.]+)$", report, re.M)[1])
    assert 0.82 <= auc <= 0.85


KEPT = (Organization, Lead, Evidence, Qualification, Transition, Event, LeadValue)
