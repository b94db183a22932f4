"""Templates as packs: in, out, and refused; those that come with the product, and others."""

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments import services
from assessments.domain.cases import run_test_cases
from assessments.domain.plan import compile_template
from assessments.domain.template import Advice, Dimension, Outlook, QuestionType
from assessments.domain.template_document import KIND, read, write
from assessments.models import AssessmentTemplate, StallRisk, TemplateVersion
from leads.domain.documents import canonical
from leads.domain.errors import DomainError
from leads.domain.packs import pack_text
from leads.models import Attribute, Status
from leads.services.packs import KINDS, export_pack, find_pack, import_pack, list_packs, publish_pack
from tests.leads.conftest import everything

PACKS = list_packs([KIND])
NAMED = {"ids": lambda pack: pack.name}


@pytest.fixture
def refused(db):
    """Expect a refusal with this code and field that leaves every row as it was."""

    @contextmanager
    def refusal(code, field=None):
        before = everything()
        with pytest.raises(DomainError) as caught:
            yield caught
        assert (caught.value.code, caught.value.field) == (code, field)
        assert everything() == before

    return refusal


def problems(caught):
    return [str(problem) for problem in caught.value.problems]


def spoilt(name="manual_orders", **changes):
    return json.dumps(json.loads(find_pack(name).text) | changes)


def command(*args):
    out = StringIO()
    call_command("pack", *args, stdout=out)
    return out.getvalue()


# --- Those that come with the product ------------------------------------------------------------


def test_every_file_is_in_the_list():
    assert [pack.name for pack in PACKS] == [
        *("manual_orders", "customer_churn", "recruiting_delays", "cloud_spend"),
        *("orders_by_hand", "few_customers"),
    ]
    files = {path.stem for path in KINDS[KIND].folder.glob("*.json")}
    assert files == {pack.name for pack in PACKS} | {"assessment_template.schema"}
    assert [pack.name for pack in list_packs()][-6:] == [pack.name for pack in PACKS]


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_every_pack_is_in_the_text_form_of_packs(pack):
    assert pack_text(write(read(pack.text))) == pack.text


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_every_pack_is_complete_and_its_test_cases_pass(pack):
    document = read(pack.text)
    questions = [question for section in document.sections for question in section.questions]
    gated = {question.key: question.show_when for question in questions if question.show_when}
    expected = [case.expected for case in document.test_cases]

    assert run_test_cases(compile_template(document)) == []
    assert [section.dimension for section in document.sections] == list(Dimension)
    assert len(questions) >= 15
    assert 4 <= sum(question.for_prospect for question in questions) <= 8
    assert all(question.why_we_ask and question.listen_for for question in questions)
    assert len(gated) >= 3
    assert any(other in rule for rule in gated.values() for other in gated)  # two levels deep
    assert len(document.formulas) >= 3
    assert sum(formula.cost_item for formula in document.formulas) >= 2
    assert any(formula.bands for formula in document.formulas if not formula.cost_item)
    assert any(formula.benchmark for formula in document.formulas)
    assert len(document.stall_risks) >= 3
    assert sum(risk.blocking for risk in document.stall_risks) == 1
    assert all(risk.what_to_do for risk in document.stall_risks)
    assert {case.advice for case in expected} == set(Advice)
    assert {case.outlook for case in expected} >= {Outlook.CLEAR, Outlook.AT_RISK, Outlook.BLOCKED}
    assert all(case.cost for case in expected)
    assert document.currency == "EUR"


def test_every_kind_of_question_occurs():
    found = {question.type for pack in PACKS for part in read(pack.text).sections for question in part.questions}

    assert found == set(QuestionType)


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_no_question_speaks_of_what_we_sell(pack):
    document = read(pack.text)
    texts = [question.text for section in document.sections for question in section.questions]

    assert all(text.endswith("?") for text in texts)
    assert len(set(texts)) == len(texts)
    for phrase in ("what do you need", "when do you order", "budget", "vendor", "feature", "demo", "our"):
        assert [text for text in texts if re.search(rf"\b{phrase}\b", text, re.IGNORECASE)] == []
    assert not any(document.offer.name.lower() in text.lower() for text in texts)


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_a_pack_comes_back_byte_for_byte_from_a_draft_and_from_what_was_published(pack, business, manager, now):
    draft = import_pack(text=pack.text, by=manager)
    assert export_pack(version_id=draft.pk, by=manager, kind=KIND) == pack.text

    published = services.publish_template(version_id=draft.pk, by=manager, now=now)

    assert published.document == canonical(json.loads(pack.text))
    assert export_pack(version_id=published.pk, by=manager, kind=KIND) == pack.text
    copy = services.copy_template_to_draft(version_id=published.pk, by=manager)
    assert export_pack(version_id=copy.pk, by=manager, kind=KIND) == pack.text


@pytest.mark.parametrize("packs", [list_packs(), list_packs()[::-1]], ids=["forwards", "backwards"])
def test_all_packs_of_both_kinds_go_together_in_one_business(packs, business, manager):
    drafts = [(pack, import_pack(text=pack.text, by=manager)) for pack in packs]

    assert [export_pack(version_id=draft.pk, by=manager, kind=pack.kind) for pack, draft in drafts] == [
        pack.text for pack, _ in drafts
    ]
    assert TemplateVersion.objects.count() == len(PACKS)


def test_all_templates_can_be_published_in_one_business(business, manager, now):
    for pack in PACKS:
        publish_pack(text=pack.text, by=manager, now=now)

    assert TemplateVersion.objects.filter(status=Status.PUBLISHED).count() == len(PACKS)


# --- Importing -----------------------------------------------------------------------------------


def test_a_second_import_of_a_published_pack_is_its_next_version_and_of_a_draft_is_refused(
    business, manager, now, refused
):
    publish_pack(text=find_pack("cloud_spend").text, by=manager, now=now)

    draft = import_pack(text=find_pack("cloud_spend").text, by=manager)

    assert (AssessmentTemplate.objects.count(), draft.number, draft.status) == (1, 2, Status.DRAFT)
    with refused("draft_exists"):
        import_pack(text=find_pack("cloud_spend").text, by=manager)


def test_a_business_that_counts_in_another_currency_is_told_so(business, manager, refused):
    business.currency = manager.business.currency = "CHF"
    business.save()

    with refused("document_refused") as caught:
        import_pack(text=find_pack("cloud_spend").text, by=manager)

    assert problems(caught) == [
        "currency: is EUR, and this business counts in CHF; change the amounts, then the currency"
    ]
    draft = import_pack(text=spoilt("cloud_spend", currency=""), by=manager)
    assert json.loads(export_pack(version_id=draft.pk, by=manager, kind=KIND))["currency"] == "CHF"


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(business, manager, refused):
    Attribute.objects.create(business=business, key="ours", label="Ours", type="text")
    Attribute.objects.create(business=business, key="tried_so_far", label="Tried", type="text")
    content = json.loads(find_pack("manual_orders").text)
    [tried] = [n for n, spec in enumerate(content["attributes"]) if spec["key"] == "tried_so_far"]
    content["currency"] = "USD"
    content["formulas"][0]["rule"] = "orders_per_weak * 2"
    content["stall_risks"][0]["rule"] = "who_ends_it"

    with refused("document_refused") as caught:
        import_pack(text=json.dumps(content), by=manager)

    assert [problem.path for problem in caught.value.problems] == [
        "currency",
        "formulas[0].rule",
        "stall_risks[0].rule",
        f"attributes[{tried}].type",
    ]
    assert problems(caught)[1] == ("formulas[0].rule: There is no `orders_per_weak`; did you mean `orders_per_week`?")
    assert not AssessmentTemplate.objects.exists()
    assert Attribute.objects.count() == 2


def test_values_of_test_cases_that_no_question_takes_are_refused(business, manager, refused):
    content = json.loads(find_pack("manual_orders").text)
    content["test_cases"][1]["answers"]["errors_share"] = "many"
    content["test_cases"][2]["facts"] = {"employes": "5"}

    with refused("document_refused") as caught:
        import_pack(text=json.dumps(content), by=manager)

    assert problems(caught) == [
        "test_cases[1].answers.errors_share: is no value of `errors_share`",
        "test_cases[2].facts.employes: there is no attribute `employes`",
    ]
    assert not AssessmentTemplate.objects.exists()


def test_what_the_business_has_otherwise_is_told_where_a_question_would_not_fit_it(business, manager, refused):
    hours = {"label": "Hours", "type": "number", "unit": "days"}
    Attribute.objects.create(business=business, key="hours_lost_per_week", **hours)

    with refused("document_refused") as caught:
        import_pack(text=find_pack("orders_by_hand").text, by=manager)

    assert problems(caught) == ["sections[2].questions[0].attribute: `hours_lost_per_week` is in days, not in hours"]
    assert not AssessmentTemplate.objects.exists()


def test_a_key_that_an_attribute_of_the_business_has_already_is_told(business, manager, refused):
    Attribute.objects.create(business=business, key="bill_surprise", label="Surprise", type="text")
    Attribute.objects.create(business=business, key="grip", label="Grip", type="number")

    with refused("document_refused") as caught:
        import_pack(text=find_pack("cloud_spend").text, by=manager)

    assert problems(caught) == [
        "sections[0].questions[0].key: `bill_surprise` is the key of an attribute that this business has; "
        "choose another key",
        "formulas[3].key: `grip` is the key of an attribute that this business has; choose another key",
    ]


def test_attributes_that_nothing_uses_are_not_made(business, manager):
    content = json.loads(find_pack("orders_by_hand").text)
    content["attributes"].insert(0, {"key": "faxes", "label": "Faxes", "type": "number"})

    import_pack(text=json.dumps(content), by=manager)

    assert sorted(Attribute.objects.values_list("key", flat=True)) == [
        "hours_lost_per_week",
        "main_problem",
        "relief_needed_by",
        "sponsor_known",
    ]


def test_a_pack_whose_test_cases_fail_is_a_draft_and_is_not_published(business, manager, now, refused):
    content = json.loads(find_pack("few_customers").text)
    content["test_cases"][1]["expected"]["advice"] = "nurture"
    text = json.dumps(content)

    with refused("document_refused") as caught:
        publish_pack(text=text, by=manager, now=now)

    assert problems(caught) == ["test_cases[1].expected.advice: is advance, not nurture"]
    assert not AssessmentTemplate.objects.exists()
    assert import_pack(text=text, by=manager).status == Status.DRAFT


def test_a_pack_in_another_hand_is_exported_in_the_text_form(business, manager):
    document = read(find_pack("customer_churn").text)
    turned = replace(document, attributes=document.attributes[::-1], propose_when="  ")

    draft = import_pack(text=" " + write(turned), by=manager)

    assert export_pack(version_id=draft.pk, by=manager, kind=KIND) == find_pack("customer_churn").text


def test_a_draft_that_makes_no_sense_is_not_exported(business, manager, refused):
    draft = import_pack(text=find_pack("customer_churn").text, by=manager)
    StallRisk.objects.filter(version=draft, key="nobody_to_end_it").update(rule="who_ends_i")

    with refused("document_refused") as caught:
        export_pack(version_id=draft.pk, by=manager, kind=KIND)

    assert problems(caught) == ["stall_risks[0].rule: There is no `who_ends_i`; did you mean `who_ends_it`?"]


def test_only_managers_import_and_export(business, manager, rep, stranger, refused):
    draft = import_pack(text=find_pack("cloud_spend").text, by=manager)

    with refused("not_allowed"):
        import_pack(text=find_pack("manual_orders").text, by=rep)
    with refused("not_allowed"):
        export_pack(version_id=draft.pk, by=rep, kind=KIND)
    with refused("not_found", "version"):
        export_pack(version_id=draft.pk, by=stranger, kind=KIND)
    assert AssessmentTemplate.objects.count() == 1


# --- The command ---------------------------------------------------------------------------------


def test_the_command_lists_and_shows_templates(db):
    lines = command("list", "--kind", KIND).splitlines()

    assert len(lines) == 12
    assert lines[0] == "manual_orders        Manual order processing"
    assert command("show", "manual_orders") == find_pack("manual_orders").text


def test_the_command_takes_a_template_in_and_writes_it_out_again(business, tmp_path):
    said = command("import", "acme", "recruiting_delays")
    out = tmp_path / "ours.json"

    assert said == ("Positions that stay open 1 is a draft. Look at it in the admin, then publish it there.\n")
    assert command("export", "acme", "recruiting_delays") == find_pack("recruiting_delays").text
    command("export", "acme", "recruiting_delays", "--kind", KIND, "--out", str(out))
    assert out.read_text(encoding="utf-8") == find_pack("recruiting_delays").text


def test_the_command_publishes_a_template(business):
    assert command("publish", "acme", "cloud_spend") == (
        "Computing costs that grow 1 is published and offered from now on.\n"
    )
    assert TemplateVersion.objects.get().status == Status.PUBLISHED


def test_the_command_asks_which_one_is_meant_where_both_kinds_have_a_key(business, manager, tmp_path):
    import_pack(text=find_pack("bant").text, by=manager)
    import_pack(text=spoilt("cloud_spend", key="bant"), by=manager)

    with pytest.raises(CommandError, match='"bant" is the key of several things; say which one you mean'):
        command("export", "acme", "bant")
    assert command("export", "acme", "bant", "--kind", "qualification_schema") == find_pack("bant").text


def test_the_command_tells_every_problem_with_its_path_and_writes_nothing(business, tmp_path):
    file = tmp_path / "wrong.json"
    file.write_text(spoilt("cloud_spend", currency="Euro", nurture_days=0), encoding="utf-8")
    before = everything()

    with pytest.raises(CommandError) as caught:
        command("import", "acme", str(file))

    assert str(caught.value).splitlines() == [
        "Nothing was written:",
        "currency: is longer than 3 characters",
        "currency: must be a currency of three capital letters, such as EUR",
        "nurture_days: must be a whole number from 1 to 99,999",
    ]
    assert everything() == before
