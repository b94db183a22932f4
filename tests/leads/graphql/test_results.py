"""What Django refuses itself is answered like any other refusal."""

import pytest
from django.core.exceptions import ValidationError

from leads import services

QUALIFY = """
mutation($lead: ID!) {
  qualifyLead(lead: $lead) { ... on OperationInfo { messages { kind code field message } } }
}
"""


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        (ValidationError("No."), [(None, "No.")]),
        (ValidationError(["No.", "Never."]), [(None, "No."), (None, "Never.")]),
        (ValidationError({"job_title": ["Too long."], "__all__": ["No."]}), [("jobTitle", "Too long."), (None, "No.")]),
    ],
)
def test_a_validation_error_of_django_is_a_refusal_with_the_fields_it_names(graphql, monkeypatch, error, messages):
    def refuse(**_):
        raise error

    monkeypatch.setattr(services, "qualify_lead", refuse)

    body = graphql(QUALIFY, lead="x")

    assert body["data"]["qualifyLead"]["messages"] == [
        {"kind": "VALIDATION", "code": "invalid", "field": field, "message": message} for field, message in messages
    ]


def test_an_error_that_nobody_meant_to_show_is_none(graphql, monkeypatch, caplog):
    def fail(**_):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(services, "qualify_lead", fail)

    body = graphql(QUALIFY, lead="x")

    [error] = body["errors"]
    assert error["message"] == "Something went wrong on our side."
    assert error["extensions"] == {"code": "internal_error"}
    assert body["data"] is None
    assert "swordfish" in caplog.text
