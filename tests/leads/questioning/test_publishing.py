"""A schema whose questions pitch is not published, unless it says why they stay."""

import json
from dataclasses import replace

import pytest

from leads import services
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.schema_difference import difference
from leads.domain.schema_document import read, write
from leads.models import Band, Criterion, QualificationVersion

PITCH = "What do you need?"
REASON = "It is what they call their first form."
SAID = (
    "It asks them to diagnose themselves and to order what they think helps. Ask instead: What goes wrong today? "
    "To keep it as it is, write why in “Keep this wording because” (`wording_override`)."
)


def asking(document, *questions, **more):
    """Return the worked example with other questions."""
    first, *rest = document().criteria
    changed = replace(first, question=questions[0], **more)
    return document(criteria=(changed, *rest))


def publish(draft, by, now):
    return services.publish(version_id=draft.pk, by=by, now=now)


@pytest.fixture
def draft(business, manager, document) -> QualificationVersion:
    return services.draft_from_document(document=asking(document, PITCH), by=manager)


def test_a_pitch_is_imported_as_a_draft_and_not_published(draft, manager, now):
    with pytest.raises(DocumentRefused) as caught:
        publish(draft, manager, now)

    assert caught.value.problems == (Problem("criteria[0].question", SAID),)
    assert services.problems_of(draft) == caught.value.problems
    draft.refresh_from_db()
    assert (draft.status, draft.document, Criterion.objects.count()) == ("draft", "", 3)


def test_a_reason_keeps_the_wording_and_stays_in_the_document(draft, manager, now):
    draft.criteria.filter(question=PITCH).update(wording_override=REASON)

    version = publish(draft, manager, now)

    version.refresh_from_db()
    first = read(version.document).criteria[0]
    assert (version.status, first.question, first.wording_override) == ("published", PITCH, REASON)


def test_a_copy_keeps_the_reason(draft, manager, now):
    draft.criteria.filter(question=PITCH).update(wording_override=REASON)
    version = publish(draft, manager, now)

    copy = services.copy_to_draft(version_id=version.pk, by=manager)

    assert list(copy.criteria.values_list("wording_override", flat=True)) == [REASON, "", ""]


def test_blanks_are_no_reason(draft, manager, now):
    draft.criteria.filter(question=PITCH).update(wording_override=" \n")

    with pytest.raises(DocumentRefused) as caught:
        publish(draft, manager, now)

    assert [problem.path for problem in caught.value.problems] == ["criteria[0].question"]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_wording_is_told_together_with_rules_that_make_no_sense(draft, manager, now):
    Band.objects.filter(criterion__question=PITCH).update(when="has_pian")

    with pytest.raises(DocumentRefused) as caught:
        publish(draft, manager, now)

    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["criteria[0].bands[0].when", "criteria[0].question"]


def test_a_warning_does_not_keep_a_draft_from_being_published(business, manager, document, now):
    warned = asking(document, "Does it happen often?")

    version = publish(services.draft_from_document(document=warned, by=manager), manager, now)

    assert version.status == "published"


def test_a_schema_in_another_language_is_published(business, manager, document, now):
    german = replace(asking(document, PITCH), language="de")

    version = publish(services.draft_from_document(document=german, by=manager), manager, now)

    assert version.status == "published"


# --- The document --------------------------------------------------------------------------------


def test_a_document_without_a_reason_has_no_word_of_it(document):
    assert "wording_override" not in write(document())
    assert write(read(write(document()))) == write(document())


def test_a_reason_is_written_and_read(document):
    kept = asking(document, PITCH, wording_override=REASON)
    text = write(kept)
    assert json.loads(text)["criteria"][0]["wording_override"] == REASON
    assert read(text) == kept


@pytest.mark.parametrize(
    ("reason", "message"), [("x" * 501, "is longer than 500 characters"), (None, "must be a text")]
)
def test_a_reason_that_is_none_is_refused(document, reason, message):
    content = json.loads(write(document()))
    content["criteria"][0]["wording_override"] = reason
    with pytest.raises(DocumentRefused) as caught:
        read(json.dumps(content))
    assert caught.value.problems == (Problem("criteria[0].wording_override", message),)


def test_a_changed_reason_is_a_difference(document):
    (change,) = difference(asking(document, PITCH), asking(document, PITCH, wording_override=REASON))
    assert [(detail.what, detail.before, detail.after) for detail in change.details] == [
        ("Keep this wording because", "", REASON)
    ]
