"""Mutations as a frontend sends them with an `Idempotency-Key`, and what they are answered."""

import json
from typing import Any

from django.http import HttpResponse

from tests.leads.graphql.state import dump

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
INFO = "... on OperationInfo { messages { code } }"
CREATE = f"""mutation($name: String!) {{
  createLead(organizationName: $name) {{ __typename ... on Lead {{ id }} {INFO} }}
}}"""
RECORD = f"""mutation($lead: ID!, $note: String!) {{
  recordEvidence(lead: $lead, values: [{{key: "has_pain", value: {{yesNo: true}}}}], note: $note) {{
    __typename ... on Lead {{ revision organization {{ name }} }} {INFO}
}} }}"""
MOVE = f"""mutation($lead: ID!, $cause: ID!, $revision: Int!) {{
  moveLead(lead: $lead, to: DISQUALIFIED, cause: $cause, expectedRevision: $revision) {{
    __typename ... on Transition {{ toStage }} {INFO}
}} }}"""
START = f"""mutation($lead: ID!, $template: ID!) {{
  startDiagnosis(lead: $lead, template: $template) {{ __typename ... on Diagnosis {{ id revision }} {INFO} }}
}}"""
ANSWER = f"""mutation($d: ID!, $q: String!, $v: ValueInput!, $r: Int!) {{
  answerQuestion(diagnosis: $d, question: $q, value: $v, expectedRevision: $r) {{
    __typename ... on Diagnosis {{ id revision }} ... on DiagnosisConflict {{ diagnosis {{ revision }} }} {INFO}
}} }}"""
COMPLETE = f"""mutation($d: ID!, $r: Int!) {{
  completeDiagnosis(diagnosis: $d, expectedRevision: $r) {{ __typename ... on Diagnosis {{ status }} {INFO} }}
}}"""


def send(
    ask: Any, query: str, /, key: str | None = KEY, operation: str | None = None, **variables: Any
) -> HttpResponse:
    return ask.client.post(
        "/graphql/",
        json.dumps({"query": query, "variables": variables, "operationName": operation}),
        content_type="application/json",
        headers=ask.headers | ({} if key is None else {"Idempotency-Key": key}),
    )


def refused_with(response: HttpResponse) -> tuple[int, str]:
    [error] = json.loads(response.content)["errors"]
    return response.status_code, error["extensions"]["code"]


def answer_of(response: HttpResponse) -> Any:
    [answer] = json.loads(response.content)["data"].values()
    return answer


def sent_twice(ask: Any, query: str, /, **variables: Any) -> Any:
    """Send a mutation twice; return what it answered, which is the same and leaves nothing new."""
    first = send(ask, query, **variables)
    after = dump()
    again = send(ask, query, **variables)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again["Content-Type"], again.content) == (200, first["Content-Type"], first.content)
    assert again["Cache-Control"] == "no-store"
    assert dump() == after
    return answer_of(again)
