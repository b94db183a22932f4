"""What holds for every schema and lead, tried with a thousand of each, and on the way into the database and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import services
from leads.domain.normal_form import normal
from leads.domain.packs import pack_text
from leads.domain.plan import compile_plan
from leads.domain.qualification import judge
from leads.domain.rules import Unknown
from leads.domain.schema_document import TestCase, write
from leads.domain.snapshot import DOES_NOT_KNOW, absorb
from leads.domain.values import encode
from leads.models import Attribute, QualificationSchema
from leads.services.packs import export_pack, import_pack, read_pack
from tests.leads.domain import strategies as some
from tests.leads.domain.building import NOW, at

A_THOUSAND = 1_000
PARTS = 4
in_parts = pytest.mark.parametrize("part", range(PARTS))
a_quarter = settings(
    max_examples=A_THOUSAND // PARTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
COUNTS = st.integers(0, 4).map(lambda count: {some.WEBINARS: count})


@in_parts
@a_quarter
@given(schema=some.schemas(), snapshot=some.snapshots(), counts=COUNTS, data=st.data())
def test_points_sum_to_a_score_within_bounds_that_no_value_for_an_unknown_leaves(part, schema, snapshot, counts, data):
    plan = compile_plan(schema)
    before = judge(plan, snapshot, at(engagements=counts))
    unknown = [key for key in some.KEYS if isinstance(before.facts.get(key), Unknown)]
    chosen = data.draw(st.sets(st.sampled_from(unknown)) if unknown else st.just(set()))
    learned = {key: encode(data.draw(some.VALUES[key])) for key in chosen}

    after = judge(plan, absorb(snapshot, learned, at=NOW, source="sales", evidence=2), at(engagements=counts))

    for judgement in (before, after):
        assert judgement.score == sum(result.points for result in judgement.results)
        assert judgement.worst == sum(result.worst for result in judgement.results)
        assert judgement.best == sum(result.best for result in judgement.results)
        assert judgement.worst <= judgement.score <= judgement.best
    assert before.worst <= after.worst <= after.score <= after.best <= before.best


@st.composite
def packs(draw):
    """A schema as a pack holds it, with test cases that pass."""
    schema = draw(some.schemas())
    plan = compile_plan(schema)
    cases = []
    for index in range(draw(st.integers(0, 2))):
        keys = draw(st.sets(st.sampled_from(some.KEYS), max_size=3))
        values = {key: draw(st.just(DOES_NOT_KNOW) | some.VALUES[key].map(encode)) for key in sorted(keys)}
        snapshot = absorb({}, values, at=NOW, source="", evidence=0)
        judgement = judge(plan, snapshot, at())
        name = draw(st.sampled_from(["One", "Größe – “two”", "한 \U0001f98a", 'quoted "\\'])) + f" {index}"
        cases.append(TestCase(name, tuple(values.items()), judgement.level, judgement.possible_level, NOW.date()))
    return normal(replace(schema, test_cases=tuple(cases)))


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back whatever is written, so that the next example finds nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@in_parts
@a_quarter
@given(schema=packs())
def test_a_pack_comes_back_byte_for_byte_through_the_rows_of_a_draft(part, schema, business, manager):
    text = pack_text(write(schema))
    assert read_pack(text) == schema
    assert pack_text(write(read_pack(text))) == text

    with taken_back():
        draft = import_pack(text=text, by=manager)
        exported = export_pack(version_id=draft.pk, by=manager)

    assert exported == text
    assert not QualificationSchema.objects.exists()


@settings(a_quarter, max_examples=100)
@given(schema=packs())
def test_what_is_published_is_the_canonical_form_of_its_pack(schema, business, manager):
    text = pack_text(write(schema))

    with taken_back():
        draft = import_pack(text=text, by=manager)
        published = services.publish(version_id=draft.pk, by=manager, now=NOW)
        exported = export_pack(version_id=published.pk, by=manager)
        copy = services.copy_to_draft(version_id=published.pk, by=manager)
        again = export_pack(version_id=copy.pk, by=manager)

    assert published.document == write(schema)
    assert (exported, again) == (text, text)
    assert not Attribute.objects.exists()
