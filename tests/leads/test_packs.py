"""Packs: in, out, and refused; those that come with the product, and others."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from config.demo.schemas import PUBLIC_SECTOR
from leads import services
from leads.domain.cases import judge_case, run_cases
from leads.domain.documents import DocumentRefused, canonical
from leads.domain.packs import kind_of, pack_text
from leads.domain.plan import compile_plan
from leads.domain.schema_document import Axis, TestCase, read, write
from leads.domain.stages import Level
from leads.models import Attribute, Band, QualificationSchema, Status
from leads.services.packs import KINDS, export_pack, find_pack, import_pack, list_packs, publish_pack, read_pack

PACKS = list_packs(["qualification_schema"])
NAMED = {"ids": lambda pack: pack.name}


def problems(caught):
    return [str(problem) for problem in caught.value.problems]


# --- Those that come with the product ------------------------------------------------------------


def test_the_default_comes_first_and_every_file_is_in_the_list():
    assert [pack.name for pack in PACKS] == [
        *("pain_fit_timeframe", "bant", "champ", "meddicc", "spiced"),
        *("enterprise_software", "marketing_services"),
    ]
    files = {path.stem for path in KINDS["qualification_schema"].folder.glob("*.json")}
    assert files == {pack.name for pack in PACKS} | {"qualification_schema.schema"}


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_every_pack_is_in_the_text_form_of_packs(pack):
    assert pack_text(write(read_pack(pack.text))) == pack.text
    assert canonical(json.loads(pack.text)) == write(read_pack(pack.text))


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_every_pack_is_complete_and_its_test_cases_pass(pack):
    document = read_pack(pack.text)

    results = run_cases(compile_plan(document))

    assert len(results) >= 5
    assert [problem for result in results for problem in result.problems] == []
    assert {result.judgement.level for result in results} == set(Level)
    assert any(not case.values for case in document.test_cases)
    assert any({"unknown": "does_not_know"} in dict(case.values).values() for case in document.test_cases)
    assert document.mql.score is not None
    assert document.sql.score is not None
    assert document.sql.knock_outs
    for criterion in document.criteria:
        assert criterion.question.endswith("?")
        assert all(band.label for band in criterion.bands)
        assert "what do you need" not in criterion.question.lower()
        assert "order" not in criterion.question.lower().replace("in which order", "").replace("orders or cust", "")
        assert "budget" not in criterion.question.lower()
    for spec in document.attributes:
        assert spec.question or spec.counts_days


@pytest.mark.parametrize(
    ("name", "keys", "axes"),
    [
        ("pain_fit_timeframe", "pain fit timeframe interest", "pain fit timeframe engagement"),
        ("bant", "budget authority need timeline", "budget authority pain timeframe"),
        ("champ", "challenges authority money prioritization", "pain authority budget timeframe"),
        (
            "meddicc",
            "metrics economic_buyer decision_criteria decision_process pain champion competition",
            "pain authority fit timeframe pain authority fit",
        ),
        ("spiced", "situation pain impact critical_event decision", "fit pain budget timeframe authority"),
    ],
)
def test_every_framework_has_its_letters(name, keys, axes):
    document = read_pack(find_pack(name).text)

    assert [criterion.key for criterion in document.criteria] == keys.split()
    assert [criterion.axis.value for criterion in document.criteria] == axes.split()


@pytest.mark.parametrize("touches", [0, 1, 3, 10, 1_000, 99_999])
def test_webinars_alone_never_make_an_sql(touches):
    plan = compile_plan(read_pack(find_pack("pain_fit_timeframe").text))
    assert plan.document.sql.knock_outs == ("pain", "fit", "timeframe")
    attended = (("content_touches", str(touches)),)
    denied = (("can_be_helped", False), ("has_problem", False), *attended)

    alone = judge_case(plan, TestCase("Only webinars", attended, Level.NONE))
    with_the_rest_denied = judge_case(plan, TestCase("Webinars, and no pain", denied, Level.NONE))

    assert alone.level == Level.NONE
    assert with_the_rest_denied.possible_level != Level.SQL


def test_no_number_of_webinars_stands_for_pain_fit_or_timeframe(business, manager, make_lead, now):
    publish_pack(text=find_pack("pain_fit_timeframe").text, by=manager, now=now)
    lead = make_lead(manager, values={"has_problem": False, "can_be_helped": True, "employees": Decimal(500)})
    for number in range(25):
        services.record_engagement(
            lead_id=lead.pk, kind="webinar", happened_at=now - timedelta(days=number), by=manager, now=now
        )

    lead.refresh_from_db()
    assert (lead.level, lead.possible_level, lead.score) == ("mql", "mql", 40)


@pytest.mark.parametrize("pack", PACKS, **NAMED)
def test_a_pack_comes_back_byte_for_byte_from_a_draft_and_from_what_was_published(pack, business, manager, now):
    draft = import_pack(text=pack.text, by=manager)
    assert export_pack(version_id=draft.pk, by=manager) == pack.text

    published = services.publish(version_id=draft.pk, by=manager, now=now)

    assert published.document == canonical(json.loads(pack.text))
    assert export_pack(version_id=published.pk, by=manager) == pack.text
    copy = services.copy_to_draft(version_id=published.pk, by=manager)
    assert export_pack(version_id=copy.pk, by=manager) == pack.text


@pytest.mark.parametrize("packs", [PACKS, PACKS[::-1]], ids=["forwards", "backwards"])
def test_all_packs_go_together_in_one_business(packs, business, manager):
    drafts = [import_pack(text=pack.text, by=manager) for pack in packs]

    assert [export_pack(version_id=draft.pk, by=manager) for draft in drafts] == [pack.text for pack in packs]
    assert QualificationSchema.objects.count() == len(packs)


def test_the_schema_that_only_the_demo_has_passes_its_test_cases():
    results = run_cases(compile_plan(PUBLIC_SECTOR))

    assert len(results) == 6
    assert all(result.problems == () for result in results)


# --- Importing -----------------------------------------------------------------------------------


def spoilt(**changes):
    return json.dumps(json.loads(find_pack("bant").text) | changes)


def test_a_pack_becomes_a_draft_of_the_schema_of_its_key(business, manager, publish, document):
    first = publish(business, document(key="bant", name="Ours"))

    draft = import_pack(text=find_pack("bant").text, by=manager)

    assert (draft.schema_id, draft.number, draft.status) == (first.schema_id, 2, Status.DRAFT)
    assert draft.schema.name == "Ours"


def test_publishing_at_once_publishes_or_writes_nothing(business, manager, publish, now, refused):
    publish(business)
    with refused("document_refused") as caught:  # a schema before it judges every lead
        publish_pack(text=find_pack("bant").text, by=manager, now=now)
    assert problems(caught) == ["applies_when: is of no use: “Standard” comes before this schema and judges every lead"]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(business, manager, refused):
    Attribute.objects.create(business=business, key="tried_so_far", label="Tried", type="text")
    archived = datetime(2026, 1, 1, tzinfo=UTC)
    Attribute.objects.create(
        business=business, key="who_can_change_it", label="Who", type="choice", archived_at=archived
    )
    content = json.loads(find_pack("bant").text)
    content["attributes"] += [
        {"key": "faxes", "label": "Faxes", "type": "number", "counts_kinds": ["fax"], "counts_days": 30}
    ]
    content["criteria"][2]["bands"][1]["when"] = "has_problm"
    content["levels"]["sql"]["knock_outs"] = ["ned"]
    content["test_cases"][1]["values"]["problem_cost_per_year"] = "a lot"

    with refused("document_refused") as caught:
        import_pack(text=json.dumps(content), by=manager)

    assert problems(caught) == [
        "criteria[2].bands[1].when: There is no `has_problm`; did you mean `has_problem`?",
        "levels.sql.knock_outs[0]: there is no criterion `ned`",
        "test_cases[1].values.problem_cost_per_year: is no value of `problem_cost_per_year`",
        "attributes[2].key: `who_can_change_it` is archived. Bring it back first.",
        "attributes[4].type: `tried_so_far` is a choice there and a text here.",
        "attributes[6].counts_kinds: Choose from content_download, webinar, visit, email_reply, call, "
        "results_conversation, inquiry.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "This is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100_000, "This is no JSON: "),
        ("[]", "must be an object"),
        ("{}", "kind: is missing: it says what the document is"),
        ('{"kind": 7}', "kind: is missing: it says what the document is"),
        ('{"kind": "playlist"}', "kind: must be one of "),
        ('{"kind": "qualification_schema", "\\ud800": 1}', "has a character that cannot be stored"),
    ],
)
def test_what_is_no_pack_at_all_is_refused_with_the_reason(text, problem, business, manager, refused):
    with refused("document_refused") as caught:
        import_pack(text=text, by=manager)
    [said] = problems(caught)
    assert said.startswith(problem)


def test_the_shape_is_refused_with_every_path(business, manager, refused):
    with refused("document_refused") as caught:
        import_pack(text=spoilt(name="", criteria=[{}], surprise=1), by=manager)
    assert problems(caught) == [
        "name: is missing",
        "criteria[0].key: is missing",
        "criteria[0].axis: must be one of pain, fit, timeframe, budget, authority, engagement",
        "criteria[0].label: is missing",
        "criteria[0].question: is missing",
        'criteria[0].otherwise.points: must be a number in quotes, such as "12.5", below 100,000 and with two '
        "decimals at most",
        "surprise: is not a part of this",
    ]


def test_a_second_draft_is_refused(business, manager, refused):
    import_pack(text=find_pack("bant").text, by=manager)

    with refused("draft_exists"):
        import_pack(text=find_pack("bant").text, by=manager)


def test_only_managers_import_and_export(business, manager, rep, viewer, stranger, refused):
    draft = import_pack(text=find_pack("bant").text, by=manager)

    for by in (rep, viewer):
        with refused("not_allowed"):
            import_pack(text=find_pack("champ").text, by=by)
        with refused("not_allowed"):
            export_pack(version_id=draft.pk, by=by)
    with refused("not_found", "version"):
        export_pack(version_id=draft.pk, by=stranger)


def test_a_draft_that_makes_no_sense_is_not_exported(business, manager, refused):
    draft = import_pack(text=find_pack("bant").text, by=manager)
    Band.objects.filter(criterion__version=draft, criterion__key="need", position=0).update(when="has_problm")

    with refused("document_refused") as caught:
        export_pack(version_id=draft.pk, by=manager)
    assert problems(caught) == ["criteria[2].bands[0].when: There is no `has_problm`; did you mean `has_problem`?"]


def test_a_draft_whose_test_cases_fail_is_exported_still(business, manager):
    draft = import_pack(text=find_pack("bant").text, by=manager)
    draft.criteria.filter(key="need").update(knock_out_sql=False)

    content = json.loads(export_pack(version_id=draft.pk, by=manager))

    assert content["levels"]["sql"]["knock_outs"] == ["authority", "timeline"]


def test_a_pack_in_another_hand_means_the_same_and_is_exported_in_the_text_form(business, manager):
    document = read_pack(find_pack("bant").text)
    turned = replace(
        document,
        attributes=document.attributes[::-1],
        sql=replace(document.sql, knock_outs=document.sql.knock_outs[::-1], minimums=((Axis.PAIN, Decimal("1.50")),)),
    )

    draft = import_pack(text=" " + write(turned), by=manager)

    exported = export_pack(version_id=draft.pk, by=manager)
    assert read(exported) == replace(document, sql=replace(document.sql, minimums=((Axis.PAIN, Decimal("1.5")),)))
    assert kind_of(exported) == "qualification_schema"


def test_an_upper_app_brings_a_kind_of_its_own_and_the_document_says_which_it_is(monkeypatch, business, manager):
    drafted = []
    own = replace(
        KINDS["qualification_schema"],
        kind="playlist",
        read=json.loads,
        problems=lambda document, by: [],
        draft=lambda document, by: drafted.append((document, by)) or "a draft",
    )
    monkeypatch.setitem(KINDS, "playlist", own)

    assert import_pack(text='{"kind": "playlist"}', by=manager) == "a draft"

    assert drafted == [({"kind": "playlist"}, manager)]
    with pytest.raises(DocumentRefused, match="must be one of qualification_schema, assessment_template, playlist"):
        import_pack(text='{"kind": "song"}', by=manager)


def test_reading_a_pack_raises_what_is_wrong():
    with pytest.raises(DocumentRefused) as caught:
        read_pack(spoilt(format=2))
    assert problems(caught) == ["format: must be 1"]
