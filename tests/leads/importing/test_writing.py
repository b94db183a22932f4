"""What an import writes, and what it leaves alone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.domain.stages import Stage
from leads.models import Contact, Event, Evidence, Flag, Lead, LeadValue, Organization, Stakeholder, Transition
from leads.services.evidence import record_evidence

FILE = "Id,Company,Staff\n1,Acme,250\n2,Beta,60\n3,Gamma,\n"


def test_every_row_becomes_a_judged_lead_with_its_evidence_and_receipt(run):
    outcome = run(FILE)

    assert outcome.out == ("read 3, created 3, changed 0, unchanged 0, rejected 0\nlevels: NONE 1, MQL 1, SQL 1\n")
    lead = Lead.objects.get(reference="1")
    evidence = Evidence.objects.get(lead=lead)
    assert (lead.title, lead.organization.name, lead.stage, lead.level, lead.score, lead.revision) == (
        "Deal 1",
        "Acme",
        "inquiry",
        "sql",
        20,
        1,
    )
    assert evidence.values == {"employees": "250"}
    assert evidence.source == "import"
    assert lead.snapshot["employees"]["ev"] == evidence.pk
    assert lead.qualification.level == "sql"
    assert LeadValue.objects.get(lead=lead).number == 250
    receipt = Transition.objects.get(lead=lead)
    assert (receipt.from_stage, receipt.to_stage, receipt.door, receipt.reason) == (
        "",
        "inquiry",
        "import",
        "Imported",
    )
    assert receipt.level_in_force == "sql"
    assert receipt.qualification == lead.qualification
    assert list(Event.objects.filter(lead=lead).values_list("kind", flat=True)) == [
        "lead_created",
        "level_changed",
    ]
    assert not Evidence.objects.filter(lead__reference="3").exists()
    assert Lead.objects.get(reference="3").possible_level == "sql"


def test_a_second_run_changes_nothing(run, counts):
    run(FILE)
    before = counts(), list(Lead.objects.order_by("id").values())

    outcome = run(FILE)

    assert outcome.out.startswith("read 3, created 0, changed 0, unchanged 3, rejected 0\n")
    assert (counts(), list(Lead.objects.order_by("id").values())) == before


def test_a_row_that_says_something_else_changes_its_lead_only(run):
    run(FILE)

    outcome = run("Id,Company,Staff\n1,Acme,40\n2,Beta,60\n3,Gamma,Select\n")

    assert outcome.out == ("read 3, created 0, changed 1, unchanged 2, rejected 0\nlevels: NONE 2, MQL 1, SQL 0\n")
    lead = Lead.objects.get(reference="1")
    assert (lead.level, lead.revision, lead.qualification.level) == ("none", 2, "none")
    assert lead.snapshot["employees"]["v"] == "40"
    assert lead.snapshot["employees"]["was"]["v"] == "250"
    assert lead.snapshot["employees"]["ev"] == Evidence.objects.latest("id").pk
    assert LeadValue.objects.get(lead=lead).number == 40
    assert list(Event.objects.filter(lead=lead).order_by("id").values_list("kind", flat=True))[2:] == [
        "evidence_recorded",
        "level_changed",
    ]


def test_a_row_that_lowers_the_level_tells_the_owner_why(run):
    run(FILE)

    run("Id,Company,Staff\n1,Acme,60\n")

    flag = Flag.objects.get()
    assert (flag.lead.reference, flag.from_level, flag.to_level) == ("1", "sql", "mql")
    assert flag.reason == "Was SQL, is MQL now. Not so, or not known: SQL: Score of at least 20."


def test_an_import_ends_an_override_that_is_over(run):
    run(FILE)
    lead = Lead.objects.get(reference="3")
    Lead.objects.filter(pk=lead.pk).update(override_level="sql", override_expires_at=timezone.now())

    run("Id,Company,Staff\n3,Gamma,60\n")

    lead.refresh_from_db()
    assert (lead.level, lead.override_level, lead.override_expires_at) == ("mql", "", None)
    assert Event.objects.get(kind="override_ended").data == {"from": "sql", "to": "mql"}
    assert Flag.objects.get().from_level == "sql"


def test_an_old_file_does_not_undo_what_people_corrected(run, counts, rep, now):
    run(FILE)
    lead = Lead.objects.get(reference="1")
    record_evidence(lead_id=lead.pk, values={"employees": Decimal(30)}, by=rep, now=now)
    before = counts()

    outcome = run(FILE)

    assert outcome.out.startswith("read 3, created 0, changed 0, unchanged 3, rejected 0\n")
    assert counts() == before


def test_a_cell_that_says_nothing_changes_nothing(run):
    run(FILE)

    outcome = run("Id,Company,Staff\n1,Acme,\n")

    assert "unchanged 1" in outcome.out
    assert Lead.objects.get(reference="1").snapshot["employees"]["v"] == "250"


def test_a_dry_run_says_what_would_happen_and_writes_nothing(run, counts, rejects):
    run(FILE)
    before = counts()

    outcome = run("Id,Company,Staff\n1,Acme,40\n9,New,300\n8,Bad,many\n", "--dry-run", "--reject-file", str(rejects))

    assert outcome.out == (
        "Dry run: nothing was written. This would happen:\n"
        "read 3, created 1, changed 1, unchanged 0, rejected 1\nlevels: NONE 1, MQL 0, SQL 1\n"
    )
    assert "line 4: `employees` takes" in outcome.err
    assert counts() == before
    assert list(rejects.parent.glob("*reject*")) == []


OUTCOMES = """
[outcome]
column = "End"
won = ["yes"]
lost = ["no"]
open = ["pending"]
"""


def test_an_outcome_is_recorded_as_it_was(run, mapping_with):
    mapping = mapping_with(OUTCOMES)

    run("Id,Company,Staff,End\n1,A,1,YES\n2,B,1,no\n3,C,1,pending\n4,D,1,\n", mapping=mapping)

    assert list(Lead.objects.values_list("stage", "outcome").order_by("reference")) == [
        ("customer", "won"),
        ("lost", "lost"),
        ("inquiry", ""),
        ("inquiry", ""),
    ]
    assert Transition.objects.get(lead__reference="1").reason == "Imported as won"


def test_a_known_lead_ends_with_a_receipt_and_is_never_reopened(run, mapping_with):
    mapping = mapping_with(OUTCOMES)
    run("Id,Company,Staff,End\n1,A,1,\n", mapping=mapping)

    ended = run("Id,Company,Staff,End\n1,A,1,no\n", mapping=mapping)
    after = run("Id,Company,Staff,End\n1,A,1,\n", mapping=mapping)

    assert "changed 1" in ended.out
    assert "unchanged 1" in after.out
    lead = Lead.objects.get()
    receipt = Transition.objects.filter(lead=lead).latest("id")
    assert (lead.stage, lead.outcome) == (Stage.LOST, "lost")
    assert (receipt.from_stage, receipt.to_stage, receipt.reason) == ("inquiry", "lost", "Imported as lost")
    event = Event.objects.get(kind="stage_changed")
    assert event.data == {"transition": receipt.pk, "from": "inquiry", "to": "lost"}


PEOPLE = """
[file]
[lead]
reference = "Id"
owner = "Rep"
created_at = { column = "Created", format = "%d/%m/%Y" }
[organization]
name = "Company"
domain = "Web"
reference = "Account"
[contact]
name = "{First} {Last}"
email = "Mail"
buying_roles = "Roles"
"""
PEOPLE_HEADER = "Id,Rep,Created,Company,Web,Account,First,Last,Mail,Roles\n"


def test_organizations_and_contacts_are_found_again_within_the_file_and_the_business(run, rep, business):
    known = Organization.objects.create(business=business, name="Acme Inc.", domain="acme.com")
    outcome = run(
        PEOPLE_HEADER
        + "1,SALES@acme.example,01/02/2025,Acme,https://www.acme.com/x,,Ann,Lee,Ann@acme.com,champion;User\n"
        + "2,,,Acme,acme.com,,Ann,Lee,ann@acme.com,\n"
        + "3,,,Beta,,B1,Bo,,,\n"
        + "4,,,Beta Ltd,,B1,Bo,,,\n"
        + "5,,,Beta,,B2,Bo,,,\n",
        mapping=PEOPLE,
    )

    assert outcome.out.startswith("read 5, created 5"), outcome.err
    assert list(Lead.objects.order_by("id").values_list("organization__name", "organization__reference")) == [
        ("Acme Inc.", ""),
        ("Acme Inc.", ""),
        ("Beta", "B1"),
        ("Beta", "B1"),
        ("Beta", "B2"),
    ]
    assert list(Contact.objects.order_by("id").values_list("name", "email")) == [
        ("Ann Lee", "ann@acme.com"),
        ("Bo", ""),
        ("Bo", ""),
    ]
    first = Lead.objects.get(reference="1")
    assert first.organization == known
    assert first.owner == rep.membership
    assert first.created_at == first.stage_since == datetime(2025, 1, 31, 23, tzinfo=UTC)
    assert Stakeholder.objects.get(lead=first).buying_roles == ["champion", "user"]


def test_a_second_run_with_people_changes_nothing(run, rep, counts):
    text = PEOPLE_HEADER + "1,,01/02/2025,Acme,,,Ann,Lee,ann@acme.com,user\n2,,,Beta,,,Bo,,,\n"
    run(text, mapping=PEOPLE)
    before = counts()

    outcome = run(text, mapping=PEOPLE)

    assert outcome.out.startswith("read 2, created 0, changed 0, unchanged 2, rejected 0\n")
    assert counts() == before


def test_another_business_s_leads_and_organizations_are_not_touched(run, other_business, now):
    theirs = Organization.objects.create(business=other_business, name="Acme")
    lead = Lead.objects.create(
        business=other_business, organization=theirs, reference="1", created_at=now, stage_since=now
    )

    outcome = run(FILE)

    assert outcome.out.startswith("read 3, created 3")
    assert Lead.objects.filter(organization=theirs).get() == lead


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(run):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite splits large inserts")
    taken = []
    for begin, size in ((0, 5), (1_000, 500)):
        rows = "".join(f"{begin + n},Company {begin + n},{n}\n" for n in range(size))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run("Id,Company,Staff\n" + rows)
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_an_unknown_business_gets_the_one_that_was_meant(business, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_leads", "x.csv", "--business", "acne", "--mapping", "x.toml")

    assert str(refused.value) == 'There is no business "acne". Did you mean "acme"?'
