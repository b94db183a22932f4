"""No question that comes with the product is faulted."""

import json
from pathlib import Path

import pytest

from assessments.domain.template_document import read as read_template
from assessments.domain.template_wording import wording_findings as findings_of_template
from leads.domain.questioning import errors, lint
from leads.domain.schema_document import read
from leads.domain.schema_wording import wording_findings
from leads.services.packs import list_packs

DEMO = Path(__file__).parents[3] / "config" / "demo"


@pytest.mark.parametrize("pack", list_packs(["qualification_schema"]), ids=lambda pack: pack.name)
def test_a_shipped_schema_asks_about_problems(pack):
    assert list(wording_findings(read(pack.text))) == []


@pytest.mark.parametrize("pack", list_packs(["assessment_template"]), ids=lambda pack: pack.name)
def test_a_shipped_template_asks_about_problems(pack):
    assert list(findings_of_template(read_template(pack.text))) == []


def test_the_schema_of_the_demo_asks_about_problems():
    assert list(wording_findings(read((DEMO / "public_sector.json").read_text(encoding="utf-8")))) == []


def test_the_questions_of_the_example_are_good_ones(document):
    assert list(wording_findings(document())) == []


def test_the_lint_would_have_found_a_pitch_in_them():
    content = json.loads((DEMO / "public_sector.json").read_text(encoding="utf-8"))
    content["criteria"][0]["question"] = "What do you need?"
    (found,) = wording_findings(read(json.dumps(content)))
    assert (found[0], errors([found[1]])) == ("criteria[0].question", lint("What do you need?"))
