"""What holds for every schema and everything that may be known of a lead."""

from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leads.domain.explanation import differs, pack, unpack
from leads.domain.plan import compile_plan
from leads.domain.qualification import Decision, Outcome, decide, judge, next_to_ask
from leads.domain.rules import Reason, Unknown
from leads.domain.schema_document import JUDGED, read, write
from leads.domain.snapshot import absorb
from leads.domain.values import encode
from tests.leads.domain import strategies as some
from tests.leads.domain.building import MARCH_2, NOW, at

moderately = settings(max_examples=60, deadline=None)
COUNTS = st.integers(0, 4).map(lambda count: {some.WEBINARS: count})


def decisions(plan, judgement):
    return [decide(plan.document.level(level), judgement.results) for level in JUDGED]


@moderately
@given(some.schemas(), some.snapshots(), COUNTS)
def test_the_points_of_the_explanation_sum_to_the_score(schema, snapshot, counts):
    judgement = judge(compile_plan(schema), snapshot, at(engagements=counts))

    assert judgement.score == sum(result.points for result in judgement.results)
    assert judgement.worst == sum(result.worst for result in judgement.results)
    assert judgement.best == sum(result.best for result in judgement.results)
    assert judgement.worst <= judgement.score <= judgement.best
    for result in judgement.results:
        assert result.worst <= result.points <= result.best
        assert len(result.reached) > 1 or (result.worst == result.best and result.outcome != Outcome.UNKNOWN)


@moderately
@given(some.schemas(), some.snapshots(), COUNTS)
def test_the_level_is_never_above_the_possible_one(schema, snapshot, counts):
    judgement = judge(compile_plan(schema), snapshot, at(engagements=counts))

    assert judgement.level.rank <= judgement.possible_level.rank


@moderately
@given(some.schemas(), some.snapshots(), COUNTS, st.data())
def test_a_value_for_an_unknown_stays_within_the_bounds_and_flips_nothing(schema, snapshot, counts, data):
    plan = compile_plan(schema)
    before = judge(plan, snapshot, at(engagements=counts))
    unknown = [key for key in some.KEYS if isinstance(before.facts.get(key), Unknown)]
    assume(unknown)
    given_now = {key: encode(data.draw(some.VALUES[key])) for key in data.draw(st.sets(st.sampled_from(unknown)))}

    after = judge(plan, absorb(snapshot, given_now, at=NOW, source="sales", evidence=2), at(engagements=counts))

    assert before.worst <= after.worst <= after.score <= after.best <= before.best
    for old, new in zip(decisions(plan, before), decisions(plan, after), strict=True):
        assert old in (Decision.UNKNOWN, new)
    assert before.level.rank <= after.level.rank
    assert after.possible_level.rank <= before.possible_level.rank
    assert before.order_ready in (None, Decision.UNKNOWN, after.order_ready)


@moderately
@given(some.schemas(), some.snapshots(), COUNTS, st.sampled_from(some.KEYS))
def test_losing_a_value_turns_nothing_into_yes(schema, snapshot, counts, key):
    plan = compile_plan(schema)
    before = judge(plan, snapshot, at(engagements=counts))

    without = {kept: entry for kept, entry in snapshot.items() if kept != key}
    after = judge(plan, without, at(engagements=counts))

    for old, new in zip(decisions(plan, before), decisions(plan, after), strict=True):
        assert new in (Decision.UNKNOWN, old)
    assert after.level.rank <= before.level.rank


@moderately
@given(some.schemas(), some.snapshots(), st.integers(0, 60))
def test_growing_old_turns_nothing_into_yes(schema, snapshot, days):
    """The day stays, so that only freshness is lost."""
    plan = compile_plan(schema)
    before, after = judge(plan, snapshot, at()), judge(plan, snapshot, at(now=NOW + timedelta(days=days)))

    for old, new in zip(decisions(plan, before), decisions(plan, after), strict=True):
        assert new in (Decision.UNKNOWN, old)


@moderately
@given(some.schemas(), some.snapshots())
def test_a_judgement_holds_until_the_moment_it_names(schema, snapshot):
    plan = compile_plan(schema)
    judgement = judge(plan, snapshot, at())
    until = judgement.stale_at or datetime(2099, 1, 1, tzinfo=NOW.tzinfo)

    just_before = judge(plan, snapshot, at(now=until - timedelta(microseconds=1)))

    assert until > NOW
    assert pack(just_before) == pack(judgement)
    if judgement.stale_at is not None:
        assert judge(plan, snapshot, at(now=until)).stale_at != until


@moderately
@given(some.schemas(), some.snapshots(), COUNTS)
def test_a_packed_judgement_is_read_back_as_it_was(schema, snapshot, counts):
    plan = compile_plan(schema)
    judgement = judge(plan, snapshot, at(engagements=counts))
    order_ready = judgement.order_ready.value if judgement.order_ready else ""

    again = unpack(plan, pack(judgement), order_ready)

    assert again.results == judgement.results
    assert again.facts == judgement.facts
    assert (again.score, again.worst, again.best) == (judgement.score, judgement.worst, judgement.best)
    assert (again.level, again.possible_level) == (judgement.level, judgement.possible_level)
    assert again.order_ready == judgement.order_ready
    assert next_to_ask(plan, again.results) == next_to_ask(plan, judgement.results)
    assert pack(again) == pack(judgement)
    assert not differs(plan, pack(judgement), pack(again))


@moderately
@given(some.schemas(), some.snapshots())
def test_every_open_question_could_change_something_and_is_not_known_to_be_unknown(schema, snapshot):
    plan = compile_plan(schema)
    judgement = judge(plan, snapshot, at())

    asks = next_to_ask(plan, judgement.results)

    for ask in asks:
        result = next(found for found in judgement.results if found.spec is ask.criterion)
        assert result.is_open
        assert ask.attributes
        for key in ask.attributes:
            fact = judgement.facts[key]
            assert not isinstance(fact, Unknown) or fact.reason != Reason.DOES_NOT_KNOW
    ordered = [(ask.knock_out_for is None, ask.worst - ask.best) for ask in asks]
    assert ordered == sorted(ordered)


@moderately
@given(some.schemas())
def test_a_document_is_read_as_it_was_written_byte_for_byte(schema):
    text = write(schema)

    assert read(text) == schema
    assert write(read(text)) == text


@moderately
@given(some.schemas(), some.snapshots(), st.integers(1, 30))
def test_a_day_that_only_passed_is_no_difference(schema, snapshot, days):
    plan = compile_plan(schema)
    today = judge(plan, snapshot, at())
    later = judge(plan, snapshot, at(today=MARCH_2 + timedelta(days=days)))

    same_bands = [r.reached for r in today.results] == [r.reached for r in later.results]

    assert differs(plan, pack(today), pack(later)) is not same_bands
