from dataclasses import replace
from decimal import Decimal

import pytest

from assessments import services
from assessments.models import TemplateVersion
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
