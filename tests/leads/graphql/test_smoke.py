from datetime import timedelta
from leads.domain.rules import Range
from decimal import Decimal

BOARD = """
query Board($after: String) { leads(first: 5, after: $after) { totalCount pageInfo { hasNextPage endCursor }
  edges { cursor node { id title stage level levelInForce possibleLevel score worst best revision
    organization { id name contacts { id name email } }
    owner { id name email }
    qualification { id level score judgedAt version {id number}
       criteria { key outcome points worst best because facts { name label value { __typename ... on NumberValue {display number} } } missing { name reason } knockOutFor }
       requirements { level text holds } nextToAsk { criterion question attributes worst best knockOutFor } }
    stakeholders { contact { name } buyingRoles }
    values { key label value { __typename ... on UnknownValue { reason display } ... on YesNoValue { yesNo display } ... on NumberValue { number low high display } } observedAt source contradicts { observedAt } }
    override { level } legalMoves { to level }
    evidence { edges { node { source values { key value { __typename } } } } }
    transitions { edges { node { fromStage toStage door } } }
  } } } }
"""

def test_smoke(graphql, rep, business, publish, make_lead, now, django_assert_num_queries):
    publish(business)
    make_lead(rep, values={"has_pain": True, "employees": Range(Decimal(20), Decimal(120), Decimal(300))})
    make_lead(rep, "Other", owner_id=rep.membership.pk)
    from django.test.utils import CaptureQueriesContext
    from django.db import connection
    with CaptureQueriesContext(connection) as c:
        body = graphql(BOARD)
    import json; print(json.dumps(body, indent=1)[:6000])
    for q in c.captured_queries: print(q["sql"][:300])
    assert "errors" not in body
    M = """mutation($l: ID!) { recordEvidence(lead: $l, values: [{key: "employees", value: {number: "300"}}, {key: "decision", value: {doesNotKnow: true}}]) {
      __typename ... on Lead { id level score revision qualification { level criteria {key points} } values(keys: ["decision"]) { value { ... on UnknownValue { reason } } } }
      ... on OperationInfo { messages { kind code message field } } } }"""
    with CaptureQueriesContext(connection) as c:
        body = graphql(M, l=body["data"]["leads"]["edges"][0]["node"]["id"])
    print(json.dumps(body, indent=1)[:3000])
    for q in c.captured_queries: print(q["sql"][:250])
    assert 0
