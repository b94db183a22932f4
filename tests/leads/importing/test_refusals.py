"""Files and mappings that cannot be used: refused before anything is written, all problems at once."""

import pytest
from django.core.management import CommandError, call_command

from leads.models import Lead

HEADER = "Id,Company,Staff\n"
GOOD = HEADER + "1,Acme,250\n"


def test_everything_that_is_wrong_is_listed_at_once(run, counts):
    mapping = """
[file]
delimeter = ";"
ignore = ["Nots"]
[lead]
reference = "Idd"
[organization]
[attributes]
employes = "Staff"
city = { column = "City", values = { "X" = "mumbay" } }
"""
    before = counts()

    outcome = run("Id,Company,Staff,Notes\n1,Acme,250,\n", mapping=mapping)

    assert outcome.failure.splitlines() == [
        'file.delimeter: This is not known here. Did you mean "delimiter"?',
        "organization.name: is missing",
        'attributes.employes: The business has no such attribute. Did you mean "employees"?',
        "attributes.city.values.\"x\": `city` has no choice 'mumbay'; choose from mumbai, pune, other."
        ' Did you mean "mumbai"?',
        'lead.reference: The file has no column "Idd". Did you mean "Id"?',
        'attributes.city: The file has no column "City".',
        'file.ignore: The file has no column "Nots". Did you mean "Notes"?',
        'file: Nobody reads the column "Id"; map it, or list it under file.ignore',
        'file: Nobody reads the column "Company"; map it, or list it under file.ignore',
        'file: Nobody reads the column "Notes"; map it, or list it under file.ignore',
    ]
    assert counts() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"Id,Company,Staff,Id\n1,a,1,1\n", 'The column "Id" is there 2 times'),
        (GOOD.encode() + "2,Caf\u00e9,1\n".encode("latin-1"), "Line 3 is no utf-8 (byte 0xe9)"),
        (GOOD.encode("utf-16"), 'It begins like utf-16: write encoding = "utf-16"'),
        (b'"Id,Company,Staff\n1,a,1\n', "The header (line 1) cannot be read."),
        (HEADER.encode() + b"x" * 1_000_001, "Line 2 has more than 1,000,000 characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(run, content, says):
    outcome = run(content)

    assert says in outcome.failure
    assert outcome.out == ""
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("reference = ", "The mapping is no TOML"),
        ('[file]\nencoding = "utf8x"\n', 'There is no text encoding "utf8x"'),
        ('[file]\nencoding = "base64"\n', 'There is no text encoding "base64"'),
        ('[file]\nencoding = "utf-16"\n', "The file is no utf-16"),
        ('[file]\ndelimiter = ";;"\n', "file.delimiter: must be one character"),
        ("lead = 3", "lead: must be a table"),
        ('[lead]\nreference = "{Id"\n', "lead.reference: has a brace without its partner"),
        ('[outcome]\ncolumn = "Staff"\nwon = ["1"]\nlost = ["1"]\n', 'outcome.lost: "1" is won already'),
        ('[contact]\nemail = "Staff"\n', "contact.name: is missing"),
        ('[attributes]\ndecision = { column = "Staff", format = "day" }\n', "must be one like"),
        ('[attributes]\nemployees = { column = "Staff", format = "%d" }\n', "Only dates have a format"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(run, mapping, says):
    outcome = run(GOOD, mapping=mapping)

    assert says in outcome.failure
    assert not Lead.objects.exists()


def test_derived_and_archived_attributes_cannot_be_imported(run, business, now, mapping_with):
    from leads.models import Attribute

    Attribute.objects.create(
        business=business, key="calls", label="Calls", type="number", counts_kinds=["call"], counts_days=30
    )
    Attribute.objects.filter(key="city").update(archived_at=now)

    outcome = run(GOOD, mapping=mapping_with('calls = "Staff"\ncity = "Staff"\n'))

    assert outcome.failure.splitlines() == [
        "attributes.calls: It is counted from engagements and cannot be imported",
        "attributes.city: This attribute is archived",
    ]


@pytest.mark.parametrize(("file", "says"), [(".", "is a directory"), ("none.csv", "does not exist")])
def test_what_is_no_file_is_refused(run, business, tmp_path, file, says):
    run(HEADER)

    with pytest.raises(CommandError, match=says):
        call_command(
            "import_leads",
            str(tmp_path / file),
            "--business",
            "acme",
            "--mapping",
            str(tmp_path / "mapping.toml"),
        )


def test_a_header_alone_is_an_import_of_nothing(run):
    assert run(HEADER).out.startswith("read 0, created 0, changed 0, unchanged 0, rejected 0\n")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip("\n").encode(),
        b" Id ,Company,Staff,\n1,Acme,250,\n",
        b'Id,Company,Staff\n\n"1","Acme","250"\n\n',
    ],
)
def test_the_usual_shapes_of_a_file_are_read_alike(run, content):
    outcome = run(content)

    assert outcome.out.startswith("read 1, created 1, changed 0, unchanged 0, rejected 0\n"), outcome.failure
    lead = Lead.objects.get()
    assert (lead.reference, lead.organization.name, lead.level) == ("1", "Acme", "sql")


def test_an_existing_reject_file_is_left_alone_and_nothing_is_imported(run, rejects):
    rejects.write_text("mine")

    outcome = run(GOOD, "--reject-file", str(rejects))

    assert outcome.failure == f'The reject file "{rejects}" exists already. Name another one, or remove it.'
    assert rejects.read_text() == "mine"
    assert not Lead.objects.exists()
