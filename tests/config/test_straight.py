"""The straight way to plain fields changes how fast an answer comes, and nothing in it."""

from dataclasses import replace
from typing import Any

import pytest
import strawberry
from django.test import RequestFactory
from django.utils import timezone

from assessments.domain.answers import encode_answer
from assessments.graphql.types import diagnosis
from assessments.models import Diagnosis
from config.context import ApiContext
from config.graphql.direct import RootOptimizer
from config.graphql.extensions import extensions
from config.graphql.tenancy import Tenancy
from config.schema import Mutation, Query, schema
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.graphql.results import Refusals
from leads.models import Lead
from tests.assessments.samples import ANSWERS
from tests.leads.graphql import walk

USUAL = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    extensions=extensions(Tenancy, RootOptimizer),
    exception_handlers=[Refusals()],
    config=schema.config,
)


@pytest.fixture
def both(crowd):
    """Return what the schema answers and what one without straight ways answers, and who is asked about."""
    made, now = crowd(3), timezone.now()

    def answers(query: str) -> tuple[Any, Any]:
        found = []
        for asked in (schema, USUAL):
            request = RequestFactory().post("/graphql/", headers={"X-Business": made.viewer.business.slug})
            request.user = made.viewer.membership.user
            context = ApiContext(request)
            context.now = now  # how long something lasts is told up to now
            found.append(asked.execute_sync(query, context_value=context))
        straight, usual = found
        assert straight.errors == usual.errors or [str(error) for error in straight.errors] == [
            str(error) for error in usual.errors
        ]
        return straight.data, usual.data

    return answers, made


def test_every_object_is_answered_alike(both):
    answers, made = both
    for found in walk.object_types():
        if walk.is_node(found):
            query = (
                f'{{ node(id: "{made.id(found.name)}") {{ id ... on {found.name} {{ {walk.leaves(found, 3)} }} }} }}'
            )
            straight, usual = answers(query)

            assert straight == usual
            assert straight["node"]["id"] == made.id(found.name)
            assert list(straight["node"]) == list(usual["node"])  # in the order that was asked for


# A self-assessment is a prospect's, and null for members.
@pytest.mark.parametrize("root", [name for name in walk.ROOT.fields if name not in ("node", "selfAssessment")])
def test_every_list_is_answered_alike(both, root):
    answers, made = both
    given = walk.arguments(root, made)
    for path in walk.paths_to_lists(root):
        if path.lists > 4:
            continue  # more than is answered
        straight, usual = answers(path.query(given, first=3))

        assert straight == usual
        assert straight[root]


def test_null_relations_and_empty_texts_are_answered_alike(both):
    answers, _ = both
    Lead.objects.update(owner=None, qualification=None, nurture_until=None, outcome="", title="")
    query = f"{{ leads {{ edges {{ node {{ {walk.leaves(walk.SCHEMA.type_map['Lead'])} }} }} }} }}"

    straight, usual = answers(query)

    assert straight == usual
    [first, *_] = [edge["node"] for edge in straight["leads"]["edges"]]
    assert (first["owner"], first["qualification"], first["nurtureUntil"], first["outcome"]) == (None,) * 4


def test_a_value_that_no_enum_has_is_an_error_either_way(both):
    answers, _ = both
    Lead.objects.update(level="gold")

    straight, usual = answers("{ leads { edges { node { id level } } } }")

    assert straight is None
    assert usual is None


RESULTS = """
{ diagnosis(id: "DIAGNOSIS") {
  answers { is: __typename standing key: question { key options { code } } value { __typename VALUE } }
  next: nextQuestion { text dimension minimum } nextQuestion { key }
  progress { sections { dimension open } complete }
  scores { dimension score }
  formulas { value { __typename VALUE } reads { name label value { VALUE } } }
  cost { high { amount currency } items { key reads { name } } }
  goodProblem { decision reasons { label questions open { name reason } } }
  stallRisks { key present open { label } }
} }
""".replace(
    "VALUE",
    "... on Displayed { display } ... on NumberValue { low high unit } ... on MoneyValue { money { amount } } "
    "... on ChoiceValue { choice { code label } } ... on YesNoValue { yesNo } ... on UnknownValue { reason }",
)


def test_what_follows_from_answers_is_answered_alike(both):
    answers, made = both
    known = {key: encode_answer(value) for key, value in ANSWERS.items() if key not in ("pressure", "urgency_after")}
    Diagnosis.objects.update(answers=known | {"sponsor": dict(DOES_NOT_KNOW)})

    straight, usual = answers(RESULTS.replace("DIAGNOSIS", made.id("Diagnosis")))

    assert straight == usual
    found = straight["diagnosis"]
    assert list(found["answers"][0]) == ["is", "standing", "key", "value"]  # in the order that was asked for
    assert {answer["value"]["__typename"] for answer in found["answers"]} == {
        "NumberValue",
        "MoneyValue",
        "ChoiceValue",
        "YesNoValue",
        "TextValue",
        "UnknownValue",
    }
    assert found["next"] | found["nextQuestion"] == {
        "text": "pressure?",
        "dimension": "URGENCY",
        "minimum": "0",
        "key": "pressure",
    }


@pytest.mark.parametrize("text", [None, {"no": "text"}])
def test_an_object_that_cannot_be_answered_is_an_error_either_way(both, monkeypatch, text):
    answers, made = both
    as_it_is = diagnosis.question_out
    monkeypatch.setattr(diagnosis, "question_out", lambda planned: replace(as_it_is(planned), text=text))

    straight, usual = answers(
        f'{{ diagnosis(id: "{made.id("Diagnosis")}") {{ revision nextQuestion {{ key text }} cost {{ complete }} }} }}'
    )

    assert straight == usual
    assert straight["diagnosis"]["nextQuestion"] is None
    assert straight["diagnosis"]["revision"] == 1
