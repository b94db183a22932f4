"""The second half of the story: the guided diagnosis of the lead that became an SQL."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from config.demo.frontend import Frontend, Refused

Say = Callable[[str], None]

STATE = """
  id revision status advice outlook
  nextQuestion { key text whyWeAsk listenFor }
  progress { complete total { answered doesNotKnow open hidden } }
  cost { complete low { amount } likely { amount currency } high { amount } }
  goodProblem { decision reasons { label decision } }
  willAct { decision reasons { label decision } }
  justifies { decision reasons { label decision } }
  stallRisks { label present blocking whatToDo }
"""
TEMPLATES = "{ assessmentTemplates { id name published { number } } }"
START = (
    "mutation Start($lead: ID!, $template: ID!) { startDiagnosis(lead: $lead, template: $template) {"
    " ... on Diagnosis {" + STATE + "} ... on OperationInfo { messages { message } } } }"
)
ANSWER = (
    "mutation Answer($diagnosis: ID!, $question: String!, $value: ValueInput!, $revision: Int!) {"
    " answerQuestion(diagnosis: $diagnosis, question: $question, value: $value, expectedRevision: $revision) {"
    " ... on Diagnosis {" + STATE + "} ... on DiagnosisConflict { messages { message } }"
    " ... on OperationInfo { messages { message } } } }"
)
COMPLETE = (
    "mutation Complete($diagnosis: ID!, $revision: Int!) {"
    " completeDiagnosis(diagnosis: $diagnosis, expectedRevision: $revision) {"
    " ... on Diagnosis {" + STATE + "} ... on OperationInfo { messages { message } } } }"
)
AFTERWARDS = """
query Afterwards($lead: ID!) {
  lead(id: $lead) {
    levelInForce score
    evidence(first: 5) { edges { node { source values { label value { ... on Displayed { display } } } } } }
  }
}
"""
REPORT = """
query Report {
  leadCounts(by: LEVEL) { label count }
  diagnoses(first: 5, filter: { status: [COMPLETED] }) {
    totalCount
    edges { node { advice outlook costLikely lead { title organization { name } } version { template { name } } } }
  }
}
"""


def given(today: date) -> dict[str, dict[str, Any]]:
    """Return what the prospect says when asked; a question that is not here is not known."""
    return {
        "urgency_before": {"number": "5"},
        "how_orders_arrive": {"choice": "email"},
        "how_often_wrong": {"number": "8"},
        "customers_notice": {"yesNo": True},
        "why_typed": {"choice": "no_interface"},
        "cause_tried": {"yesNo": False},
        "hours": {"range": {"low": "45", "likely": "60", "high": "80"}},
        "hourly_cost": {"money": {"amount": "42", "currency": "EUR"}},
        "credits_given": {"yesNo": False},
        "cost_confirmed": {"yesNo": True},
        "relief": {"date": (today + timedelta(days=80)).isoformat()},
        "pressure": {"number": "8"},
        "if_nothing": {"choice": "lose_customers"},
        "system": {"choice": "supported"},
        "sponsor": {"yesNo": True},
        "it_has_time": {"yesNo": True},
        "decides": {"choice": "one"},
        "ways_out": {"choices": ["hire"]},
        "urgency_after": {"number": "9"},
    }


def diagnose(frontend: Frontend, lead_id: str, today: date, say: Say) -> None:
    """Run a guided diagnosis to its verdict; raise Refused if a step does not go as it should."""
    template = frontend.ask(TEMPLATES)["assessmentTemplates"][0]
    version = f"“{template['name']}”, version {template['published']['number']}"
    say(f"\n7. Diagnose before anybody speaks of a product: {version}.")
    state = _done(frontend.ask(START, lead=lead_id, template=template["id"])["startDiagnosis"])
    answers = given(today)
    while state["nextQuestion"] is not None:
        state = _answer(frontend, state, answers, say)
    hidden = state["progress"]["total"]["hidden"]
    say(f"   {hidden} questions were skipped, since earlier answers made them pointless.")
    state = _done(frontend.ask(COMPLETE, diagnosis=state["id"], revision=state["revision"])["completeDiagnosis"])
    _verdict(state, say)
    lead = frontend.ask(AFTERWARDS, lead=lead_id)["lead"]
    recordings = [edge["node"] for edge in lead["evidence"]["edges"] if edge["node"]["source"] == "DIAGNOSIS"]
    level = f"{lead['levelInForce']}, score {lead['score']}"
    say(f"   It left evidence, and the lead was judged anew: {level}.")
    for recording in reversed(recordings):
        for value in recording["values"]:
            say(f"     {value['label']}: {value['value']['display']}")


def _answer(frontend: Frontend, state: dict[str, Any], answers: dict[str, Any], say: Say) -> dict[str, Any]:
    question = state["nextQuestion"]
    value = answers.get(question["key"], {"doesNotKnow": True})
    after = _done(
        frontend.ask(ANSWER, diagnosis=state["id"], question=question["key"], value=value, revision=state["revision"])[
            "answerQuestion"
        ]
    )
    say(f"     “{question['text']}”")
    if question["listenFor"]:
        say(f"        (listen for: {question['listenFor']})")
    said = "they do not know" if value == {"doesNotKnow": True} else _plain(value)
    say(f"        → {said:<36} cost {_cost(after['cost']):<26} verdict {_marks(after)}   {after['advice']}")
    return after


def _plain(value: dict[str, Any]) -> str:
    [(kind, content)] = value.items()
    if kind == "range":
        return f"{content['low']} to {content['high']}, likely {content['likely']}"
    if kind == "money":
        return f"{content['currency']} {content['amount']}"
    if kind == "yesNo":
        return "yes" if content else "no"
    if kind == "choices":
        return ", ".join(content).replace("_", " ")
    return str(content).replace("_", " ")


def _cost(cost: dict[str, Any]) -> str:
    ends = [f"{float(cost['low']['amount']):,.0f}", f"{float(cost['likely']['amount']):,.0f}"]
    ends.append("open" if cost["high"] is None else f"{float(cost['high']['amount']):,.0f}")
    return " – ".join(ends)


def _marks(state: dict[str, Any]) -> str:
    """Return the three answers in short: good problem, will act, justifies."""
    marks = {"YES": "yes", "NO": "no ", "UNKNOWN": "?  "}
    return " ".join(marks[state[name]["decision"]] for name in ("goodProblem", "willAct", "justifies"))


def _verdict(state: dict[str, Any], say: Say) -> None:
    for name, label in (
        ("goodProblem", "A good problem for us to solve?"),
        ("willAct", "Big enough for them to act?"),
        ("justifies", "Big enough to justify our solution?"),
    ):
        reasons = "; ".join(
            f"{reason['label'].lower()}: {reason['decision'].lower()}" for reason in state[name]["reasons"]
        )
        say(f"   {label:<37} {state[name]['decision']:<8} {reasons}")
    risks = ", ".join(f"{risk['label'].lower()}: {risk['present'].lower()}" for risk in state["stallRisks"])
    say(f"   {'What will bog it down or lose it?':<37} {state['outlook']:<8} {risks}")
    say(f"   Advice: {state['advice']}. It moves nothing by itself, but ADVANCE opens the way to the opportunity.")


def report(manager: Frontend, say: Say) -> None:
    """Ask the reporting API what a manager wants to know."""
    say("\n8. The manager asks the reporting API: where do our leads stand, and what did the diagnoses find?")
    data = manager.ask(REPORT, path="/graphql/reporting/")
    say("   " + "   ".join(f"{row['label']}: {row['count']}" for row in data["leadCounts"]))
    for edge in data["diagnoses"]["edges"]:
        found = edge["node"]
        say(
            f"   {found['lead']['organization']['name']:<24} {found['advice']:<16} outlook {found['outlook']:<8} "
            f"cost likely EUR {float(found['costLikely']):,.0f} a year"
        )


def _done(result: dict[str, Any]) -> dict[str, Any]:
    if "messages" in result:
        raise Refused(result["messages"][0]["message"])
    return result
