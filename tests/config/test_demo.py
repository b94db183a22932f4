"""The whole story of the demo, over GraphQL alone."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assessments.models import Diagnosis
from config.demo.frontend import Frontend
from config.demo.seed import seed
from config.demo.story import act
from leads.models import Evidence, Lead, Transition


class InProcess(Frontend):
    """The demo's frontend, speaking to the application without a server between."""

    def __init__(self) -> None:
        super().__init__("")
        self.client = Client(enforce_csrf_checks=True)

    def another(self) -> "InProcess":
        return InProcess()

    def _send(self, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Accept": "application/json"}
        if "csrftoken" in self.client.cookies:
            headers["X-CSRFToken"] = self.client.cookies["csrftoken"].value
        if self.business:
            headers["X-Business"] = self.business
        if content is None:
            response = self.client.get(path, headers=headers)
        else:
            response = self.client.post(path, json.dumps(content), "application/json", headers=headers)
        assert response.status_code == 200, response.content
        return json.loads(response.content)


@pytest.fixture
def told(db, tmp_path):
    """Return how to act the story out; gives what was said."""
    now = timezone.now()
    seed(tmp_path, now, lambda text: None)

    def tell() -> str:
        lines: list[str] = []
        act(InProcess(), now.date(), lines.append)
        return "\n".join(lines)

    return tell


def test_a_lead_goes_from_the_board_to_a_verdict_that_advises_to_advance(told):
    said = told()

    receipt = Transition.objects.get(to_stage="sql")
    diagnosis = Diagnosis.objects.get()
    assert (receipt.from_stage, receipt.level_in_force, str(receipt.author.user)) == ("inquiry", "sql", "Sam")
    assert (diagnosis.lead_id, diagnosis.status, diagnosis.advice) == (receipt.lead_id, "completed", "advance")
    assert (diagnosis.good_problem, diagnosis.will_act, diagnosis.justifies) == ("yes", "yes", "yes")
    assert (diagnosis.outlook, diagnosis.cost_low, diagnosis.cost_high) == ("clear", 86940, None)
    assert sorted(key for row in Evidence.objects.filter(source="diagnosis") for key in row.values) == [
        "hours_lost_per_week",
        "relief_needed_by",
        "sponsor_known",
    ]
    assert "have another level on the other board" in said
    assert "4 questions were skipped" in said
    assert said.count("     “") <= 25
    assert "they do not know" in said


def test_the_story_can_be_told_again_and_loses_nothing(told):
    told()
    leads = Lead.objects.count()

    told()

    assert Lead.objects.count() == leads == 640
    assert Transition.objects.filter(to_stage="sql").count() == 2
    assert Diagnosis.objects.filter(advice="advance").count() == 2


def test_when_no_lead_is_left_a_new_one_comes_in(told):
    Lead.objects.update(stage="nurture")

    said = told()

    assert "A new inquiry comes in." in said
    assert Lead.objects.get(title="Granite Freight").stage == "sql"
