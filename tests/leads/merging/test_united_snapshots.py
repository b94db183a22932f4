"""What two leads know together is what one lead would know of which all had been recorded."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.domain.snapshot import DOES_NOT_KNOW, absorb, united

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
recording = st.tuples(
    st.booleans(),  # of which lead
    st.dictionaries(st.sampled_from("ab"), st.sampled_from(["1", "2", "3", DOES_NOT_KNOW]), min_size=1),
    st.integers(0, 4),
)


@given(st.lists(recording, max_size=8))
def test_any_recordings_of_two_leads(recordings):
    one, other, together = {}, {}, {}
    for number, (first, values, day) in enumerate(recordings):
        said = {"at": BEGIN + timedelta(days=day), "source": f"s{number}", "evidence": number}
        together = absorb(together, values, **said)
        if first:
            one = absorb(one, values, **said)
        else:
            other = absorb(other, values, **said)

    for key, entry in united(one, other).items():
        assert _told(entry) == _told(together[key])
    assert united(one, other).keys() == together.keys()


def _told(entry):
    """Return what counts of an entry: of a value that was said twice before, which of the two is named is no matter."""
    was = entry.get("was", {})
    return {**{part: entry.get(part) for part in ("v", "at", "dk")}, "was": (was.get("v"), was.get("at"))}
