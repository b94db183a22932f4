"""Trying a version before it counts: what would become of the open leads, and that nothing is written."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services
from leads.domain.documents import DocumentRefused
from leads.domain.movement import Movement
from leads.domain.schema_document import LevelSpec
from leads.domain.stages import Level
from leads.models import Lead, Role
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.previewing import Wanted, moving_leads, preview, sample, try_on_lead
from leads.services.rejudging import work_off_rejudging
from tests.leads.graphql.state import dump

LARGE = {"has_pain": True, "employees": Decimal(250)}
MIDDLE = {"has_pain": True, "employees": Decimal(60)}


@pytest.fixture
def published(publish, business):
    return publish(business)


@pytest.fixture
def leads(published, manager, rep, make_lead):
    """Four open leads and a closed one: SQL, MQL that may be SQL, MQL, nothing known."""
    made = {
        "large": make_lead(manager, "Large", values=LARGE, owner_id=rep.membership.pk),
        "open": make_lead(manager, "Open", values={"has_pain": True}, owner_id=rep.membership.pk),
        "middle": make_lead(manager, "Middle", values=MIDDLE, title="A middle one"),
        "blank": make_lead(manager, "Blank"),
        "closed": make_lead(manager, "Closed", values=LARGE),
    }
    Lead.objects.filter(pk=made["closed"].pk).update(stage="lost")
    return made


@pytest.fixture
def draft_of(published, manager):
    """Return a draft of the published version with other thresholds."""

    def draft(**levels):
        version = services.copy_to_draft(version_id=published.pk, by=manager)
        for name, value in levels.items():
            setattr(version, name, value)
        version.save()
        return version

    return draft


def test_the_levels_before(leads):
    assert {name: (lead.level, lead.possible_level) for name, lead in leads.items()} == {
        "large": ("sql", "sql"),
        "open": ("mql", "sql"),
        "middle": ("mql", "sql"),
        "blank": ("none", "sql"),
        "closed": ("sql", "sql"),
    }


def test_a_preview_counts_who_would_move_and_why(leads, draft_of, manager, now, rep):
    draft = draft_of(mql_score=Decimal(35), sql_score=Decimal(40))
    before = dump()

    found = preview(version_id=draft.pk, by=manager, now=now)

    assert dump() == before
    assert found.total == 4
    # 40 points of pain and fit now suffice, and 30 for pain alone no longer do.
    assert found.movements == Counter({Movement.STAYS: 2, Movement.RISES: 1, Movement.OPENS: 1})
    assert found.levels == Counter(
        {
            (Level.SQL, Level.SQL): 1,
            (Level.MQL, Level.SQL): 1,
            (Level.MQL, Level.NONE): 1,
            (Level.NONE, Level.NONE): 1,
        }
    )
    assert found.owners == {
        rep.membership.pk: Counter({Movement.STAYS: 1, Movement.OPENS: 1}),
        None: Counter({Movement.STAYS: 1, Movement.RISES: 1}),
    }
    assert found.most_frequent_reasons() == [
        ((Movement.OPENS, "MQL: Score of at least 35"), 1),
        ((Movement.RISES, "SQL: Score of at least 50"), 1),
    ]


def test_a_lead_falls_where_no_answer_lifts_it_again(leads, draft_of, manager, now):
    draft = draft_of(sql_score=Decimal(60))

    found = preview(version_id=draft.pk, by=manager, now=now)
    listed, more = moving_leads(version_id=draft.pk, wanted=Wanted(Movement.OPENS), by=manager, now=now)

    # 50 points, and the open timeframe may bring 15.
    assert found.movements == Counter({Movement.STAYS: 3, Movement.OPENS: 1})
    assert [(entry.lead, entry.moving.reasons) for entry in listed] == [
        (leads["large"], ("SQL: Score of at least 60",))
    ]
    assert not more

    draft.mql_score, draft.sql_score = Decimal(61), Decimal(64)
    draft.save()
    Lead.objects.filter(pk=leads["middle"].pk).update(level="sql")
    fallen, _ = moving_leads(version_id=draft.pk, wanted=Wanted(Movement.FALLS), by=manager, now=now)

    assert [(entry.lead, entry.moving.reasons) for entry in fallen] == [
        (leads["middle"], ("MQL: Score of at least 61",))
    ]


def test_the_leads_behind_a_preview_come_in_pages(leads, draft_of, manager, now, rep):
    draft = draft_of()

    def page(after=0, **wanted):
        found, more = moving_leads(
            version_id=draft.pk, wanted=Wanted(**wanted), by=manager, now=now, first=2, after=after
        )
        return [entry.lead for entry in found], more

    assert page() == ([leads["large"], leads["open"]], True)
    assert page(after=leads["open"].pk) == ([leads["middle"], leads["blank"]], False)
    assert page(after=leads["blank"].pk) == ([], False)
    assert page(owner_id=rep.membership.pk) == ([leads["large"], leads["open"]], False)
    assert page(unowned=True) == ([leads["middle"], leads["blank"]], False)
    assert page(movement=Movement.FALLS) == ([], False)


def test_applying_comes_to_what_the_preview_said(leads, draft_of, manager, now, settings):
    draft = draft_of(mql_score=Decimal(35), sql_score=Decimal(40))
    foreseen = preview(version_id=draft.pk, by=manager, now=now)
    listed, _ = moving_leads(version_id=draft.pk, wanted=Wanted(), by=manager, now=now)

    version = services.publish(version_id=draft.pk, by=manager, now=now)
    rejudging = version.rejudgings.get()
    work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged, rejudging.total) == ("done", 4, 4)
    assert {
        Movement.RISES: rejudging.raised,
        Movement.FALLS: rejudging.lowered,
        Movement.OPENS: rejudging.opened,
        Movement.STAYS: rejudging.stayed,
    } == {movement: foreseen.movements[movement] for movement in Movement}
    for entry in listed:
        entry.lead.refresh_from_db()
        assert (entry.lead.level, entry.lead.score) == (entry.moving.after, entry.moving.score)
        assert entry.lead.qualification.version == version


def test_a_preview_of_what_is_published_says_that_all_stays(leads, published, manager, now):
    found = preview(version_id=published.pk, by=manager, now=now)

    assert found.movements == Counter({Movement.STAYS: 4})


def test_a_draft_of_another_schema_takes_its_place_in_the_order(leads, published, business, document, manager, now):
    content = document(key="large", name="Large ones", applies_when="employees >= 200", sql=LevelSpec(Decimal(65)))
    draft = services.draft_from_document(document=content, by=manager)

    found = preview(version_id=draft.pk, by=manager, now=now)
    tried = {
        name: try_on_lead(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now) for name, lead in leads.items()
    }

    assert found.movements == Counter({Movement.STAYS: 3, Movement.OPENS: 1})
    assert {name: (trial.by_this, trial.plan.document.name) for name, trial in tried.items()} == {
        "large": (True, "Large ones"),
        "open": (False, "Standard"),
        "middle": (False, "Standard"),
        "blank": (False, "Standard"),
        "closed": (True, "Large ones"),
    }


def test_a_lead_is_tried_with_the_whole_explanation(leads, draft_of, manager, now):
    draft = draft_of(sql_score=Decimal(40))
    before = dump()

    trial = try_on_lead(version_id=draft.pk, lead_id=leads["middle"].pk, by=manager, now=now)

    assert dump() == before
    assert (trial.judgement.level, trial.judgement.score) == (Level.SQL, Decimal(40))
    assert [(result.spec.key, result.points) for result in trial.judgement.results] == [
        ("pain", Decimal(30)),
        ("fit", Decimal(10)),
        ("timeframe", Decimal(0)),
    ]


def test_a_lead_to_which_no_schema_applies_would_have_no_level(business, document, manager, make_lead, now):
    content = document(applies_when="employees >= 200")
    draft = services.draft_from_document(document=content, by=manager)
    lead = make_lead(manager, values=MIDDLE)

    trial = try_on_lead(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now)
    found = preview(version_id=draft.pk, by=manager, now=now)

    assert (trial.plan, trial.judgement, trial.by_this) == (None, None, False)
    assert found.levels == Counter({(Level.NONE, Level.NONE): 1})


@pytest.mark.parametrize(("size", "found"), [(0, 0), (1, 1), (3, 3), (20, 4)])
def test_a_sample_is_spread_over_the_open_leads(leads, draft_of, manager, now, size, found):
    draft = draft_of()
    with CaptureQueriesContext(connection) as queries:
        listed = sample(version_id=draft.pk, by=manager, now=now, size=size)

    assert len(listed) == found
    assert leads["closed"] not in [entry.lead for entry in listed]
    assert len(queries) <= 20


def test_a_draft_that_makes_no_sense_is_refused_with_its_problems(leads, draft_of, manager, now):
    draft = draft_of(sql_score=Decimal(500))

    with pytest.raises(DocumentRefused, match="500 cannot be reached"):
        preview(version_id=draft.pk, by=manager, now=now)


def test_only_managers_of_the_business_try(leads, draft_of, rep, stranger, now, join, business):
    draft = draft_of()
    marketing = join(business, Role.MARKETING)

    for viewer in (rep, marketing):
        with pytest.raises(NotAllowed):
            preview(version_id=draft.pk, by=viewer, now=now)
    for pk in (draft.pk, 0, None):
        with pytest.raises(NotFound):
            preview(version_id=pk, by=stranger, now=now)
        with pytest.raises(NotFound):
            try_on_lead(version_id=pk, lead_id=leads["large"].pk, by=stranger, now=now)
