"""manage.py pack: packs in, out, and refused."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leads import services
from leads.models import QualificationVersion, Status
from leads.services.packs import KINDS, find_pack, import_pack, publish_pack
from tests.leads.conftest import everything


def pack(*args, **options):
    out = StringIO()
    call_command("pack", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_lists_the_packs(db):
    lines = pack("list", "--kind", "qualification_schema").splitlines()

    assert lines[0] == "pain_fit_timeframe   Pain, fit and timeframe"
    assert len(lines) == 14
    assert pack("list").splitlines()[:14] == lines


def test_the_command_imports_by_name_and_exports_the_same_bytes(business, tmp_path):
    assert pack("import", "acme", "bant").startswith("BANT 1 is a draft.")
    assert pack("export", "acme", "bant") == find_pack("bant").text

    out = tmp_path / "bant.json"
    assert pack("export", "acme", "bant", "--version", "1", "--out", str(out)) == f'BANT 1 is in "{out}".\n'

    assert out.read_bytes() == (KINDS["qualification_schema"].folder / "bant.json").read_bytes()


def test_the_command_imports_a_file_and_publishes_it(business, tmp_path):
    file = tmp_path / "ours.json"
    file.write_bytes(b"\xef\xbb\xbf" + find_pack("spiced").text.encode())

    said = pack("import", "acme", str(file), "--publish")

    assert said.splitlines() == [
        "SPICED 1 is published and judges from now on.",
        "Open leads are judged anew by manage.py worker.",
    ]
    assert QualificationVersion.objects.get().status == Status.PUBLISHED


def test_the_published_version_is_exported_before_the_draft(business, manager, now):
    published = publish_pack(text=find_pack("bant").text, by=manager, now=now)
    draft = services.copy_to_draft(version_id=published.pk, by=manager)
    draft.criteria.filter(key="need").update(label="Other")

    assert pack("export", "acme", "bant") == find_pack("bant").text
    assert '"label": "Other"' in pack("export", "acme", "bant", "--version", "2")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("import", "acme", "bnt"), 'There is no pack "bnt". Did you mean "bant"?'),
        (("import", "acmee", "bant"), 'There is no business "acmee". Did you mean "acme"?'),
        (("import", "acme", "nowhere/ours.json"), 'The pack "nowhere/ours.json" cannot be read: No such file'),
        (("import", "acme", "."), 'The pack "." cannot be read: Is a directory.'),
        (("export", "acme", "champ"), 'There is no version of "champ".'),
        (("export", "acme", "bantt"), 'There is no version of "bantt". Did you mean "bant"?'),
        (("export", "acme", "bant", "--version", "4"), '"bant" has no version 4, but 1.'),
        (("export", "acme", "bant", "--out", "nowhere/ours.json"), '"nowhere/ours.json" cannot be written: No such'),
        (("import", "acme", "bant"), "BANT has a draft already"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(args, said, business, manager):
    import_pack(text=find_pack("bant").text, by=manager)
    before = everything()

    with pytest.raises(CommandError) as caught:
        pack(*args)

    assert str(caught.value).startswith(said)
    assert caught.value.returncode == 1
    assert everything() == before


def test_the_command_tells_every_problem_of_a_file_and_writes_nothing(business, tmp_path):
    file = tmp_path / "wrong.json"
    content = json.loads(find_pack("bant").text)
    content["criteria"][0]["bands"][0]["points"] = 25
    content["levels"]["mql"]["score"] = "many"
    file.write_text(json.dumps(content))
    before = everything()

    with pytest.raises(CommandError) as caught:
        pack("import", "acme", str(file))

    number = 'must be a number in quotes, such as "12.5", below {} and with two decimals at most'
    assert str(caught.value).splitlines() == [
        "Nothing was written:",
        f"criteria[0].bands[0].points: {number.format('100,000')}",
        f"levels.mql.score: {number.format('1,000,000')}",
    ]
    assert everything() == before


def test_a_file_that_is_no_utf_8_is_refused(business, tmp_path):
    file = tmp_path / "latin.json"
    file.write_bytes("ä".encode("latin-1"))

    with pytest.raises(CommandError, match="is no UTF-8, as JSON must be"):
        pack("import", "acme", str(file))
