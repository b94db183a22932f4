from dataclasses import replace
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.plan import compile_template
from assessments.domain.template import Expected, FormulaSpec
from assessments.domain.template_document import read, write
from assessments.models import AssessmentTemplate, TemplateVersion
from leads.domain.documents import DocumentRefused
from leads.domain.values import AttributeSpec, ValueType


@pytest.mark.parametrize("broken", [{"offer_name": ""}, {"urgency_question": " "}, {"nurture_days": 0}])
def test_what_could_not_be_read_back_is_not_published(manager, publish_template, now, broken):
    good = publish_template(manager.business)
    draft = services.copy_template_to_draft(version_id=good.pk, by=manager)
    TemplateVersion.objects.filter(pk=draft.pk).update(**broken)

    with pytest.raises(DocumentRefused):
        services.publish_template(version_id=draft.pk, by=manager, now=now)

    good.refresh_from_db()
    draft.refresh_from_db()
    assert (good.status, draft.status, draft.document) == ("published", "draft", "")
    assert draft.sections.count() == 5


def test_a_document_takes_along_only_the_attributes_that_it_uses(manager, publish_template, template):
    unrelated = AttributeSpec("touches", "Touches", ValueType.NUMBER, counts_kinds=("call",), counts_days=30)
    document = template()

    version = publish_template(manager.business, replace(document, attributes=(*document.attributes, unrelated)))

    assert '"hours_lost"' in version.document
    assert '"touches"' not in version.document


def test_thresholds_are_kept_to_the_cent(manager, publish_template, template):
    document = template()

    version = publish_template(
        manager.business, replace(document, verdict=replace(document.verdict, act_from=Decimal("1234.56")))
    )

    assert '"act_from":"1234.56"' in version.document


def _draft_of(manager, document):
    return services.template_from_document(document=document, by=manager)


def _refused(manager, draft, now):
    """Return as text all for which a draft is refused, having seen that it stays a draft with its rows."""
    with pytest.raises(DocumentRefused) as refusal:
        services.publish_template(version_id=draft.pk, by=manager, now=now)
    draft.refresh_from_db()
    assert (draft.status, draft.document, draft.sections.count()) == ("draft", "", 5)
    assert services.problems_of_template(draft) == refusal.value.problems
    return [str(problem) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("ends", "wrong"),
    [
        (
            {"price_low": "9000"},
            "offer.price: has a low end without a high one; give both, or neither",
        ),
        (
            {"share_high": "80"},
            "offer.recoverable_share: has a high end without a low one; give both, or neither",
        ),
        (
            {"price_low": "12000", "price_high": "13000"},
            "offer.price: must rise from low over likely to high, and is 12000, 10000, 13000; put the ends right",
        ),
        (
            {"price_low": "9000", "price_high": "8000"},
            "offer.price: must rise from low over likely to high, and is 9000, 10000, 8000; put the ends right",
        ),
        ({"price_likely": None}, "offer.price: is missing: give at least the likely value"),
    ],
)
def test_ends_of_the_offer_that_make_no_range_are_refused(manager, template, now, ends, wrong):
    draft = _draft_of(manager, template())
    TemplateVersion.objects.filter(pk=draft.pk).update(**ends)
    draft.refresh_from_db()

    assert _refused(manager, draft, now) == [wrong]


def test_a_range_of_the_offer_that_rises_is_published(manager, template, now):
    draft = _draft_of(manager, template())
    TemplateVersion.objects.filter(pk=draft.pk).update(price_low="9000", price_high="12000")

    version = services.publish_template(version_id=draft.pk, by=manager, now=now)

    assert '"price":{"high":"12000","likely":"10000","low":"9000"}' in version.document


def test_everything_for_which_a_template_is_refused_is_said_at_once(manager, template, now):
    document = template()
    fit = document.sections[4]
    contradiction = replace(fit.questions[1], show_when='kind == "edi" and which_mail != "none"', if_hidden=False)
    changed = replace(
        document,
        sections=(*document.sections[:4], replace(fit, questions=(fit.questions[0], contradiction))),
        formulas=(replace(document.formulas[0], unit="USD"),),
        verdict=replace(
            document.verdict, good_problem=(replace(document.verdict.good_problem[0], rule="problem_score > 100"),)
        ),
        test_cases=(replace(document.test_cases[0], expected=Expected(figures=(("typing", Decimal(1)),))),),
    )
    draft = _draft_of(manager, changed)
    TemplateVersion.objects.filter(pk=draft.pk).update(price_low="9000")
    draft.refresh_from_db()

    assert _refused(manager, draft, now) == [
        "offer.price: has a low end without a high one; give both, or neither",
        "formulas[0].unit: USD is not EUR; all amounts of a template are in one currency",
        "sections[4].questions[1].show_when: can never be true, so the question is never asked; change it, "
        "or what shows `which_mail`",
        "verdict.good_problem[0].rule: can never be yes, so the whole answer is never yes; change the condition",
        "test_cases[0].expected.figures.typing: is 36800 to 55200, likely 46000, not 1",
    ]


def test_what_rules_say_wrong_is_told_together_with_the_rest(manager, template, now):
    document = template(test_cases=())
    broken = replace(document, formulas=(replace(document.formulas[0], rule="huors * hourly"),))

    found = _refused(manager, _draft_of(manager, broken), now)

    assert found[0] == "formulas[0].rule: There is no `huors`; did you mean `hours`?"
    assert [problem.partition(":")[0] for problem in found] == ["formulas[0].rule", "test_cases"]


def test_a_document_in_another_currency_is_not_taken_over(manager, template):
    with pytest.raises(DocumentRefused) as refusal:
        _draft_of(manager, template(currency="USD"))

    assert [str(problem) for problem in refusal.value.problems] == [
        "currency: is USD, but the business counts in EUR; write its amounts in EUR and set this to EUR"
    ]
    assert not TemplateVersion.objects.exists()
    assert not AssessmentTemplate.objects.exists()


def test_what_was_published_before_there_were_these_checks_still_runs(template):
    old = template(
        test_cases=(),
        formulas=(*template().formulas, FormulaSpec("points_of_x", "P", "0", "USD", cost_item=True)),
    )

    assert compile_template(read(write(old))).formulas[1].key == "points_of_x"
