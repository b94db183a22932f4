"""What two versions differ in, as a frontend asks for it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from leads import services
from leads.domain.schema_document import LevelSpec
from leads.global_ids import global_id
from leads.models import Band

DIFFERENCE = """
query($before: ID!, $after: ID!) {
  qualificationDifference(before: $before, after: $after) {
    changes { kind subject key label details { what before after } }
  }
}
"""


def id_of(version):
    return global_id("QualificationVersion", version.pk)


@pytest.fixture
def published(publish, business):
    return publish(business)


@pytest.fixture
def draft(published, manager):
    return services.copy_to_draft(version_id=published.pk, by=manager)


@pytest.fixture
def ask(frontend, manager):
    say = frontend(manager)
    return lambda before, after: say(DIFFERENCE, before=id_of(before), after=id_of(after))


def test_a_manager_reads_what_a_draft_changes(ask, published, draft):
    Band.objects.filter(criterion__version=draft, label="Middle").update(points=Decimal(15))
    draft.criteria.filter(key="timeframe").update(knock_out_sql=True)

    body = ask(published, draft)

    assert body == {
        "data": {
            "qualificationDifference": {
                "changes": [
                    {
                        "kind": "CHANGED",
                        "subject": "criterion",
                        "key": "fit",
                        "label": "Fit",
                        "details": [{"what": "Points of step 2 “Middle”", "before": "10", "after": "15"}],
                    },
                    {
                        "kind": "CHANGED",
                        "subject": "level",
                        "key": "sql",
                        "label": "SQL",
                        "details": [{"what": "“Timeframe” must be met", "before": "no", "after": "yes"}],
                    },
                ]
            }
        }
    }


def test_versions_that_say_the_same_differ_in_nothing(ask, published, draft):
    assert ask(published, draft) == {"data": {"qualificationDifference": {"changes": []}}}
    assert ask(published, published) == {"data": {"qualificationDifference": {"changes": []}}}


def test_versions_of_two_schemas_are_compared(ask, published, publish, business, document):
    banks = document(
        key="banks",
        name="Banks",
        applies_when='industry == "bank"',
        criteria=tuple(replace(criterion, otherwise_points=Decimal(-20)) for criterion in document().criteria[:1]),
        sql=LevelSpec(Decimal(30), knock_outs=("pain",)),
    )

    body = ask(published, publish(business, banks))

    found = [(change["kind"], change["key"]) for change in body["data"]["qualificationDifference"]["changes"]]
    assert found == [
        ("CHANGED", "banks"),
        ("CHANGED", "pain"),
        ("REMOVED", "fit"),
        ("REMOVED", "timeframe"),
        ("CHANGED", "sql"),
        ("ADDED", "industry"),
        ("REMOVED", "employees"),
        ("REMOVED", "decision"),
    ]


def test_only_managers_compare(graphql, published):
    body = graphql(DIFFERENCE, before=id_of(published), after=id_of(published))

    assert body["data"] == {"qualificationDifference": None}
    [error] = body["errors"]
    assert error["extensions"] == {"code": "not_allowed"}
    assert error["message"] == "Your role (sales) may not author. Ask a manager of Acme."
