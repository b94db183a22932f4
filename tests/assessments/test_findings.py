"""The tree of findings: places among siblings, what a change changes, what goes when one is removed."""

import pytest

from assessments import services
from assessments.domain.findings import FindingMisplaced
from assessments.models import Finding, FindingKind
from assessments.services.findings import FindingHasChildren
from leads.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def diagnosis(rep, start):
    return start(rep)


@pytest.fixture
def add(rep, diagnosis, now):
    def added(text, *, kind=FindingKind.SYMPTOM, **more):
        return services.add_finding(diagnosis_id=diagnosis.pk, kind=kind, text=text, by=rep, now=now, **more)

    return added


@pytest.fixture
def change(rep, now):
    def changed(finding, **parts):
        finding.refresh_from_db()
        return services.change_finding(
            finding_id=finding.pk,
            changes=services.FindingChanges(**parts),
            expected_revision=finding.revision,
            by=rep,
            now=now,
        )

    return changed


@pytest.fixture
def remove(rep, now):
    def removed(finding, **more):
        return services.remove_finding(finding_id=finding.pk, expected_revision=1, by=rep, now=now, **more)

    return removed


def places(parent=None):
    """Return the siblings that stand, in their order."""
    found = Finding.objects.filter(parent=parent, removed_at=None).order_by("position", "id")
    return list(found.values_list("text", "position"))


def stored():
    return list(Finding.objects.order_by("id").values())


def test_a_position_places_a_finding_before_those_that_were_there(add):
    for text, position in (("b", None), ("a", 0), ("d", 9), ("c", 2)):
        given = add(text, position=position)
        assert (text, given.position) in places()

    assert places() == [("a", 0), ("b", 1), ("c", 2), ("d", 3)]
    assert set(Finding.objects.values_list("revision", flat=True)) == {1}


def test_siblings_that_stood_on_one_place_are_told_apart(add):
    for text in "abc":
        add(text)
    Finding.objects.update(position=0)

    add("first", position=0)

    assert places() == [("first", 0), ("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.parametrize(
    ("position", "order"), [(0, "cab"), (1, "acb"), (2, "abc"), (10_000, "abc")], ids=["first", "between", "as", "far"]
)
def test_a_finding_is_moved_among_its_siblings(add, change, position, order):
    *_, last = [add(text) for text in "abc"]

    moved = change(last, position=position)

    assert places() == [(text, place) for place, text in enumerate(order)]
    assert moved.revision == (1 if order == "abc" else 2)


def test_moved_without_a_position_it_is_the_last_and_closes_the_gap(add, change):
    top, other, last = add("top"), add("other"), add("last")
    for text in ("x", "y"):
        add(text, kind=FindingKind.CAUSE, parent_id=top.pk)

    change(other, parent_id=top.pk, kind=FindingKind.CAUSE)
    assert (places(top), places()) == ([("x", 0), ("y", 1), ("other", 2)], [("top", 0), ("last", 1)])
    change(last, position=0)
    change(other, to_top=True)

    assert (places(top), places()) == ([("x", 0), ("y", 1)], [("last", 0), ("top", 1), ("other", 2)])


def test_to_the_top_and_below_another_is_refused(add, change):
    one, other = add("one"), add("other")
    before = stored()

    with pytest.raises(FindingMisplaced) as refusal:
        change(one, to_top=True, parent_id=other.pk)

    assert (refusal.value.field, refusal.value.message) == ("toTop", "Give a parent or toTop, not both.")
    assert stored() == before


def test_a_change_of_nothing_changes_nothing(add, change):
    one = add("one")
    before = stored()

    for parts in ({}, {"text": " one "}, {"position": 0}, {"to_top": True}, {"said_by_nobody": True}):
        assert change(one, **parts).revision == 1

    assert stored() == before


def test_who_said_it_is_taken_off(add, change, diagnosis):
    ann = Contact.objects.create(business=diagnosis.business, organization=diagnosis.lead.organization, name="Ann")
    one = add("one", said_by_id=ann.pk)

    assert change(one, text="One").said_by == ann
    assert change(one, said_by_nobody=True).said_by is None
    assert Finding.objects.get().said_by is None


def test_what_hangs_on_a_finding_is_removed_only_if_that_is_meant(add, remove):
    add("first")
    top = add("top")
    child = add("child", kind=FindingKind.CAUSE, parent_id=top.pk)
    add("last")
    before = stored()

    with pytest.raises(FindingHasChildren) as refusal:
        remove(top)
    assert refusal.value.message == ("Other findings hang on this one (1): move them, or remove it with its children.")
    assert stored() == before
    removed = remove(top, with_children=True)

    child.refresh_from_db()
    assert (removed.revision, child.revision, child.removed_at) == (2, 2, removed.removed_at)
    assert places() == [("first", 0), ("last", 1)]
    remove(Finding.objects.get(text="first"))
    assert places() == [("last", 0)]
