"""The main job, acted out over HTTP as a frontend would, each step said in plain words."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from config.demo.diagnosis import diagnose, report
from config.demo.frontend import Frontend, Refused
from config.demo.seed import BUSINESSES, EVERYWHERE, PASSWORD
from config.demo.trying import preview

Say = Callable[[str], None]

ME = "{ me { name memberships { role business { slug name } } } }"
LEVELS = """
query { none: leads(filter: {level: [NONE]}) { totalCount } mql: leads(filter: {level: [MQL]}) { totalCount }
        sql: leads(filter: {level: [SQL]}) { totalCount } }
"""
EVERY = """
query Every($after: String) {
  leads(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { reference title levelInForce } }
  }
}
"""
BOARD = """
query Board($filter: LeadFilter, $first: Int!) {
  leads(filter: $filter, first: $first) {
    totalCount
    edges { node { id reference title stage levelInForce possibleLevel score worst best
                   organization { name contacts { name } } owner { name } } }
  }
}
"""
LEAD = """
query Lead($id: ID!) {
  lead(id: $id) {
    id title stage revision levelInForce possibleLevel score worst best
    qualification {
      criteria { label outcome points because missing { label reason } }
      requirements { level text holds }
      nextToAsk { question attributes best knockOutFor }
    }
  }
}
"""
RECORD = """
mutation Record($lead: ID!, $values: [AttributeValueInput!]!, $note: String!) {
  recordEvidence(lead: $lead, values: $values, note: $note) {
    ... on Lead { levelInForce possibleLevel score worst best revision }
    ... on OperationInfo { messages { code message field } }
  }
}
"""
MOVE = """
mutation Move($lead: ID!, $revision: Int!) {
  moveLead(lead: $lead, to: SQL, expectedRevision: $revision) {
    ... on Transition { fromStage toStage at author { name } levelInForce lead { stage revision } }
    ... on OperationInfo { messages { code message } }
  }
}
"""
CREATE = """
mutation Create($values: [AttributeValueInput!]!) {
  createLead(organizationName: "Granite Freight", title: "Granite Freight", source: "Demo", values: $values) {
    ... on Lead { id }
    ... on OperationInfo { messages { code message } }
  }
}
"""


def act(frontend: Frontend, today: date, say: Say) -> None:
    """Act the story out; raise Refused if a step does not go as it should."""
    _sign_in(frontend, say)
    _compare_businesses(frontend, say)
    frontend.business = BUSINESSES[0].slug
    lead_id = _look_at_the_board(frontend, say)
    lead = _open(frontend, lead_id, say)
    lead = _learn(frontend, lead, today, say)
    _move_on(frontend, lead, say)
    diagnose(frontend, lead["id"], today, say)
    manager = frontend.another()
    manager.sign_in(f"manager@{BUSINESSES[0].slug}.example", PASSWORD)
    manager.business = BUSINESSES[0].slug
    report(manager, say)
    preview(manager, say)


def _sign_in(frontend: Frontend, say: Say) -> None:
    say(f"\n1. Sign in as {EVERYWHERE}, who sells for two businesses.")
    frontend.sign_in(EVERYWHERE, PASSWORD)
    me = frontend.ask(ME)["me"]
    for membership in me["memberships"]:
        business = membership["business"]
        say(f"   {membership['role']:<8} {business['name']}  (X-Business: {business['slug']})")


def _compare_businesses(frontend: Frontend, say: Say) -> None:
    say("\n2. There is no universal set of criteria: both businesses got the same file of leads.")
    boards = {}
    for business in BUSINESSES:
        frontend.business = business.slug
        counts = {level: found["totalCount"] for level, found in frontend.ask(LEVELS).items()}
        boards[business.slug] = _by_reference(frontend)
        say(
            f"   {business.name:<17} {business.sells:<40} "
            f"NONE {counts['none']:>3}   MQL {counts['mql']:>3}   SQL {counts['sql']:>3}"
        )
    first, second = (boards[business.slug] for business in BUSINESSES)
    differing = [key for key in first if key in second and level(first[key]) != level(second[key])]
    say(f"   {len(differing)} of the {len(first)} leads have another level on the other board, such as:")
    for key in differing[:3]:
        say(f"   {key}  {first[key]['title']:<24} {level(first[key]):>4} there, {level(second[key]):>4} here")


def level(lead: dict[str, Any]) -> str:
    return str(lead["levelInForce"])


def _by_reference(frontend: Frontend) -> dict[str, Any]:
    """Return all leads that came from the file, read page by page."""
    found: dict[str, Any] = {}
    after = None
    while True:
        page = frontend.ask(EVERY, after=after)["leads"]
        found |= {edge["node"]["reference"]: edge["node"] for edge in page["edges"] if edge["node"]["reference"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _look_at_the_board(frontend: Frontend, say: Say) -> str:
    say("\n3. The lead board of Meridian Systems: inquiries that may still turn out to be sales qualified.")
    filter_ = {"stage": ["INQUIRY"], "level": ["MQL"], "possibleLevel": ["SQL"]}
    board = frontend.ask(BOARD, filter=filter_, first=5)["leads"]
    say(f"   {board['totalCount']} of them; the highest scores first:")
    for edge in board["edges"]:
        lead = edge["node"]
        contacts = ", ".join(contact["name"] for contact in lead["organization"]["contacts"])
        say(
            f"   {lead['title']:<24} {lead['levelInForce']}, possibly {lead['possibleLevel']}   "
            f"score {lead['score']:>6} ({lead['worst']} to {lead['best']})   {contacts}"
        )
    if board["edges"]:
        leads = [edge["node"] for edge in board["edges"]]
        chosen = max(leads, key=lambda lead: Decimal(lead["best"]) - Decimal(lead["worst"]))
        say(f"   {chosen['title']} has most to learn about.")
        return str(chosen["id"])
    say("   None is left: every one was moved on. A new inquiry comes in.")
    values = [{"key": "employees", "value": {"number": "1200"}}]
    return str(_done(frontend.ask(CREATE, values=values)["createLead"])["id"])


def _open(frontend: Frontend, lead_id: str, say: Say) -> dict[str, Any]:
    lead = frontend.ask(LEAD, id=lead_id)["lead"]
    say(f"\n4. Open {lead['title']}: why is it {lead['levelInForce']} and not SQL?")
    _explain(lead, say)
    say("   What to ask next, most decisive first:")
    for ask in lead["qualification"]["nextToAsk"]:
        weight = f"{ask['knockOutFor']} depends on it" if ask["knockOutFor"] else f"up to {ask['best']} points"
        say(f"     “{ask['question']}”  ({weight}; records {', '.join(ask['attributes'])})")
    return dict(lead)


def _explain(lead: dict[str, Any], say: Say) -> None:
    for criterion in lead["qualification"]["criteria"]:
        missing = ", ".join(f"{part['label']}: {part['reason'].lower()}" for part in criterion["missing"])
        why = f"open ({missing})" if missing else criterion["because"].lower()
        say(f"     {criterion['label']:<24} {criterion['outcome']:<8} {criterion['points']:>4} points   {why}")
    for requirement in lead["qualification"]["requirements"]:
        if requirement["level"] == "SQL":
            say(f"     SQL asks: {requirement['text']:<40} {requirement['holds']}")


def _learn(frontend: Frontend, lead: dict[str, Any], today: date, say: Say) -> dict[str, Any]:
    say("\n5. In the conversation the rep diagnoses instead of pitching, and records what was learned:")
    relief = (today + timedelta(days=80)).isoformat()
    values = [
        {"key": "main_problem", "value": {"choice": "orders_by_hand"}},
        {"key": "hours_lost_per_week", "value": {"range": {"low": "45", "likely": "60", "high": "80"}}},
        {"key": "relief_needed_by", "value": {"date": relief}},
        {"key": "employees", "value": {"number": "1200"}},
        {"key": "sponsor_known", "value": {"doesNotKnow": True}},
    ]
    say("     orders are typed by hand, 45 to 80 hours a week are lost, relief is needed in 80 days,")
    say("     1,200 people work there, and who could sponsor a change they do not know yet.")
    note = "Every Monday we type in what customers sent over the weekend."
    now = _done(frontend.ask(RECORD, lead=lead["id"], values=values, note=note)["recordEvidence"])
    say(
        f"   Level {lead['levelInForce']} → {now['levelInForce']}, score {lead['score']} → {now['score']} "
        f"({now['worst']} to {now['best']})."
    )
    if now["levelInForce"] != "SQL":
        raise Refused("The lead should be sales qualified now, and is not.")
    changed = frontend.ask(LEAD, id=lead["id"])["lead"]
    _explain(changed, say)
    return dict(changed)


def _move_on(frontend: Frontend, lead: dict[str, Any], say: Say) -> None:
    say("\n6. Move it on. The stage is a person's decision; the level in force is what allows it.")
    receipt = _done(frontend.ask(MOVE, lead=lead["id"], revision=lead["revision"])["moveLead"])
    say(
        f"   Receipt: {receipt['fromStage']} → {receipt['toStage']} by {receipt['author']['name']}, "
        f"level {receipt['levelInForce']}, {receipt['at'][:16]}"
    )
    again = frontend.ask(MOVE, lead=lead["id"], revision=lead["revision"])["moveLead"]["messages"][0]
    say(f"   A colleague with an old screen tries the same and is told: “{again['message']}”")


def _done(result: dict[str, Any]) -> dict[str, Any]:
    """Return a mutation's object; raise Refused with its first message."""
    if "messages" in result:
        raise Refused(result["messages"][0]["message"])
    return result
