"""The whole way from two inquiries to a customer over the API alone; what is to be done next, the process says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from leads.models import Role
from leads.tenancy import Viewer
from playbook.models import NextStep
from playbook.services.brought_by_time import bring_about, note_overdue_steps
from playbook.services.plays import begin_plays
from playbook.services.working_off import work_off
from tests.conftest import NOW, Frontend
from tests.leads.inquiries.conftest import Website

SAID = "... on OperationInfo { messages { code field message } }"
MAKE_FORM = f"""mutation {{ makeInquiryForm(name: "Contact page", source: "Website") {{
    ... on InquiryFormMade {{ token }} {SAID} }} }}"""
LEADS = """{ leads(first: 10) { edges { node {
    id title stage phase level revision nurtureUntil owner { name } organization { name } } } } }"""
STEPS = """query($lead: ID!) { nextSteps(filter: { lead: $lead }) { edges { node {
    id kind title talkTrack status dueAt revision createdBy { name } assignedTo { name } role } } } }"""
QUEUE = "{ workQueue { edges { node { kind reason lead { title } step { id title } } } } }"
DONE = f"""mutation($step: ID!, $revision: Int!, $outcome: String!) {{
    completeNextStep(step: $step, expectedRevision: $revision, outcome: $outcome) {{
    ... on NextStep {{ status }} {SAID} }} }}"""
MOVE = f"""mutation($lead: ID!, $to: Stage!, $revision: Int!, $until: Date) {{
    moveLead(lead: $lead, to: $to, expectedRevision: $revision, nurtureUntil: $until) {{
    ... on Transition {{ toStage }} {SAID} }} }}"""
LEARN = f"""mutation($lead: ID!, $values: [AttributeValueInput!]!) {{
    recordEvidence(lead: $lead, values: $values) {{ ... on Lead {{ level }} {SAID} }} }}"""
OFFERED = """{ handOffs(filter: { open: true, mine: true }) { edges { node {
    id kind revision lead { id title } } } } }"""
ACCEPT = f"""mutation($offer: ID!, $revision: Int!) {{ acceptHandOff(handOff: $offer, expectedRevision: $revision) {{
    ... on HandOff {{ status lead {{ stage owner {{ name }} }} }} {SAID} }} }}"""
START = f"""mutation($lead: ID!) {{ startDiagnosis(lead: $lead) {{
    ... on Diagnosis {{ id revision nextQuestion {{ key }} }} {SAID} }} }}"""
ANSWER = f"""mutation($of: ID!, $question: String!, $value: ValueInput!, $revision: Int!) {{
    answerQuestion(diagnosis: $of, question: $question, value: $value, expectedRevision: $revision) {{
    ... on Diagnosis {{ id revision nextQuestion {{ key }} }} ... on DiagnosisConflict {{ messages {{ message }} }}
    {SAID} }} }}"""
COMPLETE = f"""mutation($of: ID!, $revision: Int!) {{ completeDiagnosis(diagnosis: $of, expectedRevision: $revision) {{
    ... on Diagnosis {{ advice goodProblem {{ decision }} willAct {{ decision }} justifies {{ decision }} outlook }}
    {SAID} }} }}"""
CONVERT = f"""mutation($lead: ID!, $revision: Int!) {{ convertLead(lead: $lead, expectedRevision: $revision) {{
    ... on Opportunity {{ id status revision verdictKind costLikely {{ amount currency }} }} {SAID} }} }}"""
WIN = f"""mutation($opportunity: ID!, $revision: Int!) {{
    winOpportunity(opportunity: $opportunity, expectedRevision: $revision) {{
    ... on Opportunity {{ status }} {SAID} }} }}"""
TIMELINE = """query($lead: ID!, $after: String) { timeline(lead: $lead, first: 15, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { at kind title author } } } }"""

DAY = timedelta(days=1)
STAGES = ("Inquiry", "MQL", "SAL", "SQL", "Opportunity", "Customer")
ANSWERS: dict[str, dict[str, Any]] = {
    "urgency_before": {"number": "6"},
    "severity": {"number": "8"},
    "kind": {"choice": "mail"},
    "proven": {"number": "7"},
    "which_mail": {"text": "orders@"},
    "hours": {"range": {"low": "20", "likely": "25", "high": "30"}},
    "hourly": {"money": {"amount": "40", "currency": "EUR"}},
    "cost_confirmed": {"yesNo": True},
    "pressure": {"number": "9"},
    "fitting": {"number": "9"},
    "sponsor": {"yesNo": True},
    "urgency_after": {"number": "9"},
}


@dataclass
class Clock:
    """What time it is, for everybody; when it goes on, the workers do what is to be done."""

    now: datetime = NOW

    def goes_on(self, by: timedelta = timedelta(minutes=1)) -> None:
        self.now += by
        note_overdue_steps(self.now)
        bring_about(self.now)
        while work_off(self.now):
            pass


@dataclass
class Person:
    """Somebody at their screen; every operation is done, not refused, and the workers see to what follows from it."""

    viewer: Viewer
    clock: Clock
    screen: Frontend = field(init=False)

    def __post_init__(self) -> None:
        self.screen = Frontend(self.viewer)

    def __call__(self, query: str, **variables: Any) -> Any:
        body = self.screen(query, **variables)
        assert "errors" not in body, body["errors"]
        [found] = body["data"].values()
        assert "messages" not in (found or {}), found["messages"]
        if query.startswith("mutation"):
            self.clock.goes_on()
        is_list = "edges" in found and "pageInfo" not in found
        return [edge["node"] for edge in found["edges"]] if is_list else found

    def lead(self, title: str) -> dict[str, Any]:
        [found] = [lead for lead in self(LEADS) if lead["organization"]["name"] == title]
        return found

    def steps(self, title: str, status: str = "OPEN") -> list[dict[str, Any]]:
        return [step for step in self(STEPS, lead=self.lead(title)["id"]) if step["status"] == status]

    def does(self, organization: str, *beginnings: str) -> None:
        """Do the open steps whose titles begin like this; each must be there."""
        for beginning in beginnings:
            [step] = [step for step in self.steps(organization) if step["title"].startswith(beginning)]
            done = self(DONE, step=step["id"], revision=step["revision"], outcome="Done as agreed.")
            assert done == {"status": "DONE"}

    def moves(self, organization: str, to: str, **given: Any) -> None:
        lead = self.lead(organization)
        assert self(MOVE, lead=lead["id"], to=to, revision=lead["revision"], **given) == {"toStage": to}

    def learns(self, organization: str, **values: Any) -> dict[str, Any]:
        given = [{"key": key, "value": value} for key, value in values.items()]
        return self(LEARN, lead=self.lead(organization)["id"], values=given)

    def accepts(self, organization: str) -> dict[str, Any]:
        [offer] = [offer for offer in self(OFFERED) if offer["lead"]["id"] == self.lead(organization)["id"]]
        return self(ACCEPT, offer=offer["id"], revision=offer["revision"])


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: found.now)
    return found


@pytest.fixture
def people(business, join, publish, publish_template, clock) -> dict[Role, Person]:
    """The team of a business that has criteria, a template and the plays that every business begins with."""
    publish(business)
    publish_template(business)
    begin_plays(business, clock.now - timedelta(hours=1))
    return {role: Person(join(business, role), clock) for role in Role}


def opened(steps: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((step["kind"], step["title"]) for step in steps)


def history_of(person: Person, organization: str) -> list[dict[str, Any]]:
    """Return the whole timeline in pages, oldest first."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = person(TIMELINE, lead=person.lead(organization)["id"], after=after)
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found[::-1]
        after = page["pageInfo"]["endCursor"]


def test_from_two_inquiries_to_a_customer(people, clock):
    manager, marketing, inside, sales = (
        people[role] for role in (Role.MANAGER, Role.MARKETING, Role.INSIDE_SALES, Role.SALES)
    )
    website = Website(manager(MAKE_FORM)["token"])

    # Two inquiries come in. Only who asks for a conversation is called.
    website(name="Uma", email="uma@umbrella.example", organization="Umbrella")
    website(name="Ann", email="ann@initech.example", organization="Initech", wants=True)
    clock.goes_on()
    assert opened(marketing.steps("Umbrella")) == [
        ("NURTURE", "Send Umbrella something that helps with what they looked for")
    ]
    assert opened(inside.steps("Initech")) == [("CALL", "Call Ann at Initech, who asked for a conversation")]
    [first, *_] = inside(QUEUE)
    assert (first["kind"], first["step"]["title"]) == ("PROMISE", "Call Ann at Initech, who asked for a conversation")
    assert first["reason"].startswith("Somebody of inside sales promised a call for today at 14:32: ")

    # One is nurtured until the summer.
    marketing.does("Umbrella", "Send Umbrella")
    marketing.moves("Umbrella", "NURTURE", until="2026-06-01")

    # The other is marketing qualified, handed off and accepted.
    inside.does("Initech", "Call Ann")
    assert inside.learns("Initech", has_pain={"yesNo": True}) == {"level": "MQL"}
    marketing.does("Initech", "See whether Initech")
    marketing.moves("Initech", "MQL")
    clock.goes_on(DAY)
    accepted = inside.accepts("Initech")
    assert accepted == {"status": "ACCEPTED", "lead": {"stage": "SAL", "owner": {"name": "inside_sales"}}}
    [call] = inside.steps("Initech")
    assert call["title"] == "Speak with Ann at Initech for the first time"
    assert call["assignedTo"] == {"name": "inside_sales"}

    # They learn what makes it sales-qualified; an SQL is handed to sales, and its diagnosis is on the list.
    inside.does("Initech", "Speak with Ann")
    learned = inside.learns("Initech", employees={"number": "500"}, decision={"date": "2026-04-01"})
    assert learned == {"level": "SQL"}
    assert inside.lead("Initech")["stage"] == "SAL"
    inside.moves("Initech", "SQL")
    clock.goes_on(DAY)
    accepted = sales.accepts("Initech")
    assert accepted == {"status": "ACCEPTED", "lead": {"stage": "SQL", "owner": {"name": "sales"}}}
    assert (sales.lead("Initech")["stage"], sales.lead("Initech")["phase"]) == ("SQL", "diagnosis")
    steps = sales.steps("Initech")
    assert opened(steps) == [
        ("MEETING", "Agree with Ann on a time to diagnose the problem together"),
        ("RESEARCH", "Prepare the diagnosis of Initech"),
    ]
    assert {step["assignedTo"]["name"] for step in steps} == {"sales"}

    # The diagnosis ends in a verdict, and the verdict in the next steps.
    sales.does("Initech", "Agree with Ann", "Prepare the diagnosis", "Plan what follows")
    clock.goes_on(7 * DAY)
    state = sales(START, lead=sales.lead("Initech")["id"])
    while state["nextQuestion"] is not None:
        asked = state["nextQuestion"]["key"]
        state = sales(ANSWER, of=state["id"], question=asked, value=ANSWERS[asked], revision=state["revision"])
    verdict = sales(COMPLETE, of=state["id"], revision=state["revision"])
    assert verdict["advice"] == "ADVANCE"
    assert {verdict[name]["decision"] for name in ("goodProblem", "willAct", "justifies")} == {"YES"}
    assert opened(sales.steps("Initech")) == [
        ("MEETING", "Go through the results with Ann at Initech"),
        ("OTHER", "Convert Initech to an opportunity once they agree with the results"),
        ("OTHER", "Plan what follows with Initech"),
    ]
    sales.does("Initech", "Go through the results with Ann", "Convert Initech")

    # It becomes an opportunity that carries what the problem costs, and is won.
    lead = sales.lead("Initech")
    opportunity = sales(CONVERT, lead=lead["id"], revision=lead["revision"])
    assert (opportunity["status"], opportunity["verdictKind"]) == ("OPEN", "diagnosis")
    assert opportunity["costLikely"] == {"amount": "46000.00", "currency": "EUR"}
    sales.does("Initech", "Map with Ann who decides at Initech")
    won = sales(WIN, opportunity=opportunity["id"], revision=opportunity["revision"])
    assert won == {"status": "WON"}
    customer = sales.lead("Initech")
    assert (customer["stage"], customer["phase"]) == ("CUSTOMER", "implementation")
    assert [step["title"].partition(" how ")[0] for step in sales.steps("Initech")] == ["Agree with Initech"]

    # The timeline tells it.
    story = history_of(sales, "Initech")
    assert [entry["at"] for entry in story] == sorted(entry["at"] for entry in story)
    kinds = [entry["kind"] for entry in story]
    moves = [entry["title"] for entry in story if entry["kind"] == "TRANSITION"]
    assert moves == ["Begun as Inquiry", *(f"{one} → {next_one}" for one, next_one in pairwise(STAGES))]
    assert kinds.count("STEP_MADE") == kinds.count("STEP_CLOSED") + 1
    assert kinds.count("HAND_OFF_OFFERED") == kinds.count("HAND_OFF_DECIDED") == 2
    assert kinds.count("ANSWER") == len(ANSWERS)
    assert {"ENGAGEMENT", "EVIDENCE", "PHASE_MOVE", "DIAGNOSIS_STARTED", "DIAGNOSIS_COMPLETED"} <= {*kinds}
    assert {"OPPORTUNITY_OPENED", "OPPORTUNITY_CLOSED"} <= {*kinds}

    # In the summer the process remembers the one that was not ready.
    clock.now = datetime(2026, 6, 1, 7, tzinfo=UTC)
    clock.goes_on()
    reader = Person(marketing.viewer, clock)  # the session has ended meanwhile
    assert reader.lead("Umbrella")["stage"] == "NURTURE"
    assert opened(reader.steps("Umbrella")) == [("RESEARCH", "Look again at Umbrella: is it time?")]

    # Nobody planned a step by hand: each comes from a run of a play.
    assert not NextStep.objects.filter(run__isnull=True).exists()
    assert all(step["createdBy"] is None for step in reader.steps("Initech") + reader.steps("Initech", "DONE"))
