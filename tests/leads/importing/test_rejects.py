"""Rows that cannot be taken are left out with a reason, and the others go in."""

import csv

import pytest

from leads.models import Lead, Organization

HEADER = "Id,Company,Staff\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,B", "This row has 2 cells, the header has 3."),
        ("2,B,3,4", "This row has 4 cells, the header has 3."),
        ("2,B,many", "`employees` takes a number or a range of numbers, not 'many'."),
        (",B,3", "The reference is missing (Id)."),
        ("Select,B,3", "The reference is missing (Id)."),
        ("2,,3", "The organization has no name."),
        ("2,,many", "`employees` takes a number or a range of numbers, not 'many'. The organization has no name."),
        (f"{'2' * 201},B,3", "`lead.reference` has 201 characters; at most 200 fit."),
        (f"2,{'B' * 301},3", "`organization.name` has 301 characters; at most 300 fit."),
        ("2,B\0,3", "There is a NUL character in this row."),
        ('2,"B"x,3', "A quote inside a quoted cell must be written twice."),
        ('2,"B,3', "A quote that opens here is never closed."),
        (f"2,{'B' * 131_073},3", "A cell has more than 131,072 characters, or its quote is never closed."),
        ("1,B,3", 'The reference "1" stands in line 2 already.'),
    ],
)
def test_a_bad_row_is_kept_with_its_line_and_reason_and_the_others_go_in(run, rejects, row, reason):
    outcome = run(f"{HEADER}1,A,5\n{row}\n3,C,5\n", "--reject-file", str(rejects))

    assert outcome.out.startswith("read 3, created 2, changed 0, unchanged 0, rejected 1\n")
    assert outcome.err == f'1 rows rejected; they are in "{rejects}", with reasons.\n'
    assert sorted(Lead.objects.values_list("reference", flat=True)) == ["1", "3"]
    assert Organization.objects.count() == 2
    with rejects.open(newline="") as file:
        header, kept = csv.reader(file)
    assert header == ["line", "reason", "Id", "Company", "Staff"]
    assert kept[:2] == ["3", reason]
    if '"' not in row and len(row) < 1_000:
        assert kept[2:] == row.split(",")


def test_the_line_is_where_a_row_begins_even_after_cells_of_several_lines(run):
    outcome = run(f'{HEADER}1,"A\nand\nB",5\n2,C,many\n')

    assert outcome.err.splitlines()[1].startswith("  line 5: `employees`")


def test_a_quote_that_is_never_closed_costs_its_own_row_only(run):
    rows = "".join(f"{n},Company,5\n" for n in range(10, 400))

    outcome = run(f'{HEADER}1,"A,5\n{rows}')

    assert outcome.out.startswith("read 391, created 390, changed 0, unchanged 0, rejected 1\n")


def test_without_a_reject_file_the_first_rows_and_the_total_are_shown(run):
    rows = "".join(f"{n},Company,many\n" for n in range(7))

    outcome = run(HEADER + rows)

    lines = outcome.err.splitlines()
    assert lines[0] == "7 rows rejected:"
    assert lines[5] == "  line 6: `employees` takes a number or a range of numbers, not 'many'."
    assert lines[6] == "  … and 2 more; keep them all with --reject-file."
    assert len(lines) == 7


def test_no_reject_file_is_left_where_nothing_was_rejected(run, rejects):
    run(f"{HEADER}1,A,5\n", "--reject-file", str(rejects))

    assert list(rejects.parent.glob("*reject*")) == []


def test_choices_are_replaced_or_refused(run, mapping_with):
    city = 'city = { column = "City", values = { "Bombay" = "mumbai", "" = "other" } }\n'
    text = "Id,Company,Staff,City\n1,A,1,BOMBAY\n2,B,1,\n3,C,1,Pune\n4,D,1,Paris\n"

    outcome = run(text, mapping=mapping_with(city))

    assert [lead.snapshot["city"]["v"] for lead in Lead.objects.order_by("reference")] == [
        "mumbai",
        "other",
        "pune",
    ]
    assert outcome.err.splitlines()[1] == ("  line 5: `city` has no choice 'Paris'; choose from mumbai, pune, other.")


def test_otherwise_stands_in_for_what_is_no_choice(run, mapping_with):
    run(
        "Id,Company,Staff,City\n4,D,1,Paris\n",
        mapping=mapping_with('city = { column = "City", otherwise = "other" }\n'),
    )

    assert Lead.objects.get().snapshot["city"]["v"] == "other"


PEOPLE = """
[lead]
reference = "Id"
owner = "Rep"
created_at = "Created"
[organization]
name = "Company"
[contact]
name = "Name"
email = "Mail"
reference = "Key"
buying_roles = "Roles"
[outcome]
column = "End"
won = ["1"]
"""


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,zzz@qq.org,,B,,,,,", 'No member of the business has the e-mail "zzz@qq.org".'),
        ("2,,tomorrow,B,,,,,", "\"Created\" has no time like 2026-03-02 or 2026-03-02 09:30: 'tomorrow'."),
        ("2,,2999-01-01,B,,,,,", "\"Created\" lies in the future: '2999-01-01'."),
        ("2,,0001-01-01,B,,,,,", "\"Created\" has no time like 2026-03-02 or 2026-03-02 09:30: '0001-01-01'."),
        ("2,,,B,Bo,bo.example,,,", "'bo.example' is no e-mail address."),
        ("2,,,B,,,K2,,", "The contact has neither a name nor an e-mail address."),
        ("2,,,B,Bo,,K1,,", 'The contact "K1" (Ann) belongs to another organization.'),
        ("2,,,B,Bo,,,boss,", "'boss' is no buying role; choose from economic_buyer, champion, decision_maker, "
         "influencer, user, blocker."),
        ("2,,,B,,,,,2", "The outcome '2' is neither won nor lost nor open."),
    ],
)  # fmt: skip
def test_people_times_and_outcomes_are_checked(run, rep, row, reason):
    header = "Id,Rep,Created,Company,Name,Mail,Key,Roles,End\n"

    outcome = run(f"{header}1,,,A,Ann,,K1,,1\n{row}\n", mapping=PEOPLE)

    assert outcome.out.startswith("read 2, created 1, changed 0, unchanged 0, rejected 1\n")
    assert outcome.err.splitlines()[1] == f"  line 3: {reason}"
    assert Organization.objects.get().name == "A"
