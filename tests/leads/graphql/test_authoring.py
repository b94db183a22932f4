"""What managers read and do around a version: try it, publish it, see what follows, calibrate it."""

from decimal import Decimal

import pytest

from leads import services
from leads.domain.schema_document import TestCase
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.stages import Level
from leads.global_ids import global_id
from leads.models import QualificationVersion, Rejudging, Role
from leads.services.rejudging import work_off_rejudging
from tests.leads.graphql.state import dump

INFO = "... on OperationInfo { messages { kind code field message } }"
LARGE = {"has_pain": True, "employees": Decimal(250)}
PREVIEW = """query($version: ID!) { qualificationPreview(version: $version) {
  total rises falls opens stays levels { before after leads }
  owners { owner name rises falls opens stays } reasons { movement reason leads }
} }"""
LEADS = """query($version: ID!, $filter: PreviewFilter, $after: String) {
  qualificationPreviewLeads(version: $version, filter: $filter, first: 1, after: $after) {
    hasNextPage endCursor
    leads { lead title organization owner before after possibleLevel score movement reasons }
} }"""


def version_id(version):
    return global_id("QualificationVersion", version.pk)


@pytest.fixture
def ask(frontend, manager):
    return frontend(manager)


@pytest.fixture
def published(publish, business):
    return publish(business)


@pytest.fixture
def leads(published, rep, manager, make_lead):
    return [
        make_lead(rep, "Initech", values=LARGE, title="Quotes", owner_id=rep.membership.pk),
        make_lead(manager, "Hooli", values={"has_pain": True}),
    ]


@pytest.fixture
def draft(leads, published, manager):
    """A draft of which 50 points make no SQL any more."""
    version = services.copy_to_draft(version_id=published.pk, by=manager)
    version.sql_score = Decimal(60)
    version.save()
    return version


def test_a_preview_over_the_api(ask, draft, rep):
    before = dump()

    found = ask(PREVIEW, version=version_id(draft))["data"]["qualificationPreview"]

    assert dump() == before
    still = {"rises": 0, "falls": 0, "opens": 0, "stays": 1}
    assert found == {
        "total": 2,
        **still,
        "opens": 1,
        "levels": [{"before": "MQL", "after": "MQL", "leads": 1}, {"before": "SQL", "after": "MQL", "leads": 1}],
        "owners": [
            {
                "owner": global_id("Membership", rep.membership.pk),
                "name": str(rep.membership.user),
                **still,
                "opens": 1,
                "stays": 0,
            },
            {"owner": None, "name": "", **still},
        ],
        "reasons": [{"movement": "OPENS", "reason": "SQL: Score of at least 60", "leads": 1}],
    }


def test_the_leads_of_a_preview_over_the_api(ask, draft, leads, rep):
    first = ask(LEADS, version=version_id(draft))["data"]["qualificationPreviewLeads"]
    second = ask(LEADS, version=version_id(draft), after=first["endCursor"])["data"]["qualificationPreviewLeads"]
    opening = ask(LEADS, version=version_id(draft), filter={"movement": "OPENS"})["data"]["qualificationPreviewLeads"]

    assert first["leads"] == opening["leads"]
    assert first["leads"] == [
        {
            "lead": global_id("Lead", leads[0].pk),
            "title": "Quotes",
            "organization": "Initech",
            "owner": str(rep.membership.user),
            "before": "SQL",
            "after": "MQL",
            "possibleLevel": "SQL",
            "score": "50",
            "movement": "OPENS",
            "reasons": ["SQL: Score of at least 60"],
        }
    ]
    assert (first["hasNextPage"], second["hasNextPage"], opening["hasNextPage"]) == (True, False, False)
    assert [lead["organization"] for lead in second["leads"]] == ["Hooli"]


def test_a_sample_over_the_api(ask, draft):
    query = "query($version: ID!) { qualificationSample(version: $version) { leads { organization after } } }"

    assert ask(query, version=version_id(draft))["data"]["qualificationSample"]["leads"] == [
        {"organization": "Initech", "after": "MQL"},
        {"organization": "Hooli", "after": "MQL"},
    ]


def test_a_trial_explains_as_a_judgement_does(ask, draft, leads):
    inside = """level possibleLevel score worst best orderReady
      criteria { key outcome points worst best because missing { name reason } }
      requirements { level text holds } nextToAsk { criterion attributes knockOutFor }"""
    query = f"""query($version: ID!, $lead: ID!) {{
      qualificationTrial(version: $version, lead: $lead) {{ schema byThisVersion {inside} }}
      lead(id: $lead) {{ qualification {{ {inside} }} }} }}"""

    data = ask(query, version=version_id(draft), lead=global_id("Lead", leads[0].pk))["data"]

    tried, now = data["qualificationTrial"], data["lead"]["qualification"]
    assert (tried.pop("schema"), tried.pop("byThisVersion")) == ("Standard", True)
    assert (tried.pop("level"), now.pop("level")) == ("MQL", "SQL")
    asked = [entry for entry in tried.pop("requirements") if entry["holds"] != "YES"]
    assert asked == [{"level": "SQL", "text": "Score of at least 60", "holds": "UNKNOWN"}]
    now.pop("requirements")
    assert {key: float(tried.pop(key)) for key in ("score", "worst", "best")} == {
        key: float(now.pop(key)) for key in ("score", "worst", "best")
    }
    assert tried == now


@pytest.mark.parametrize(("first", "after"), [(-1, None), (101, None), (5, "nonsense"), (5, "TGVhZDox")])
def test_a_page_of_a_preview_that_makes_no_sense_is_refused(ask, draft, first, after):
    query = """query($version: ID!, $first: Int!, $after: String) {
      qualificationPreviewLeads(version: $version, first: $first, after: $after) { hasNextPage } }"""

    body = ask(query, version=version_id(draft), first=first, after=after)

    assert [error["extensions"]["code"] for error in body["errors"]] == ["page_refused"]


def test_an_operation_goes_over_all_leads_twice_at_most(ask, draft):
    names = " ".join(f"p{n}: qualificationPreview(version: $version) {{ total }}" for n in range(3))

    body = ask(f"query($version: ID!) {{ {names} }}", version=version_id(draft))

    assert [body["data"][f"p{n}"] for n in range(3)] == [{"total": 2}, {"total": 2}, None]
    assert [error["extensions"]["code"] for error in body["errors"]] == ["too_many_passes"]


def test_a_draft_that_makes_no_sense_says_so(ask, draft):
    QualificationVersion.objects.filter(pk=draft.pk).update(sql_score=Decimal(500))

    [error] = ask(PREVIEW, version=version_id(draft))["errors"]

    assert error["extensions"]["code"] == "document_refused"
    assert "levels.sql.score: 500 cannot be reached" in error["message"]


@pytest.mark.parametrize("role", [Role.SALES, Role.INSIDE_SALES, Role.MARKETING, Role.VIEWER])
def test_only_managers_try_and_author(frontend, join, business, draft, leads, role):
    say = frontend(join(business, role, f"{role.value}.two@acme.example"))
    given = {"version": version_id(draft)}
    reads = [
        ("query($version: ID!) { qualificationPreview(version: $version) { total } }", given),
        ("query($version: ID!) { qualificationPreviewLeads(version: $version) { endCursor } }", given),
        ("query($version: ID!) { qualificationSample(version: $version) { endCursor } }", given),
        (
            "query($version: ID!, $lead: ID!) { qualificationTrial(version: $version, lead: $lead) { score } }",
            given | {"lead": global_id("Lead", leads[0].pk)},
        ),
        ("{ calibrations { totalCount } }", {}),
    ]
    writes = ["publishQualification", "retireQualification", "copyQualification", "calibrateQualification"]

    before = dump()
    for query, variables in reads:
        [error] = say(query, **variables)["errors"]
        assert error["extensions"]["code"] == "not_allowed"
    for name in writes:
        body = say(f"mutation($version: ID!) {{ {name}(version: $version) {{ {INFO} }} }}", **given)
        [message] = body["data"][name]["messages"]
        assert (message["kind"], message["code"]) == ("PERMISSION", "not_allowed")
    assert dump() == before


# --- Publishing and what follows -----------------------------------------------------------------

PASS = "{ rejudgings { edges { node { id status total judged raised lowered opened stayed progress problem } } } }"


def test_publishing_over_the_api_judges_the_open_leads_in_the_background(ask, draft, leads):
    query = f"""mutation($version: ID!) {{ publishQualification(version: $version) {{
      ... on QualificationVersion {{ number status levels {{ level score }} }} {INFO} }} }}"""

    published = ask(query, version=version_id(draft))["data"]["publishQualification"]
    waiting = ask(PASS)["data"]["rejudgings"]["edges"][0]["node"]
    work_off_rejudging(Rejudging.objects.latest("pk").pk)
    done = ask(PASS)["data"]["rejudgings"]["edges"][0]["node"]

    assert published == {
        "number": 2,
        "status": "PUBLISHED",
        "levels": [{"level": "MQL", "score": "20"}, {"level": "SQL", "score": "60"}],
    }
    counts = {"raised": 0, "lowered": 0, "opened": 0, "stayed": 0}
    assert waiting == {
        "id": waiting["id"], "status": "WAITING", "total": 2, "judged": 0, **counts, "progress": 0.0, "problem": "",
    }  # fmt: skip
    assert done == waiting | {"status": "DONE", "judged": 2, "opened": 1, "stayed": 1, "progress": 1.0}


def test_a_draft_whose_test_case_fails_is_not_published(ask, published, document, manager, now):
    case = TestCase("Only pain", (("employees", DOES_NOT_KNOW), ("has_pain", True)), Level.SQL)
    services.retire(version_id=published.pk, by=manager, now=now)
    draft = services.draft_from_document(document=document(test_cases=(case,)), by=manager)
    before = dump()

    query = f"mutation($version: ID!) {{ publishQualification(version: $version) {{ {INFO} }} }}"
    [message] = ask(query, version=version_id(draft))["data"]["publishQualification"]["messages"]

    assert message == {
        "kind": "VALIDATION",
        "code": "document_refused",
        "field": "test_cases[0].level",
        "message": "test_cases[0].level: is MQL, not SQL",
    }
    assert dump() == before


def test_the_test_cases_of_a_published_version_can_be_read(ask, document, manager, now):
    case = TestCase("Only pain", (("employees", DOES_NOT_KNOW), ("has_pain", True)), Level.MQL, Level.SQL)
    draft = services.draft_from_document(document=document(test_cases=(case,)), by=manager)
    services.publish(version_id=draft.pk, by=manager, now=now)

    body = ask("{ qualificationSchemas { versions { testCases { name given level possibleLevel on } } } }")

    assert body["data"]["qualificationSchemas"][0]["versions"][0]["testCases"] == [
        {
            "name": "Only pain",
            "given": ["Employees: The prospect does not know", "Has the pain: Yes"],
            "level": "MQL",
            "possibleLevel": "SQL",
            "on": None,
        }
    ]


def test_copying_and_retiring_over_the_api(ask, published):
    copied = ask(
        "mutation($version: ID!) { copyQualification(version: $version) "
        "{ ... on QualificationVersion { number status criteria { key } } } }",
        version=version_id(published),
    )
    retired = ask(
        "mutation($version: ID!) { retireQualification(version: $version) "
        "{ ... on QualificationVersion { number status } } }",
        version=version_id(published),
    )

    assert copied["data"]["copyQualification"] == {"number": 2, "status": "DRAFT", "criteria": []}
    assert retired["data"]["retireQualification"] == {"number": 1, "status": "RETIRED"}


def test_a_pass_that_failed_is_tried_again_over_the_api(ask, leads, published, now):
    row = Rejudging.objects.create(
        business=published.business, version=published, status="failed", problem="Out of order", requested_at=now
    )
    query = (
        f"mutation($id: ID!) {{ retryRejudging(rejudging: $id) {{ ... on Rejudging {{ status problem }} {INFO} }} }}"
    )

    first = ask(query, id=global_id("Rejudging", row.pk))["data"]["retryRejudging"]
    second = ask(query, id=global_id("Rejudging", row.pk))["data"]["retryRejudging"]

    assert first == {"status": "WAITING", "problem": ""}
    assert [message["code"] for message in second["messages"]] == ["not_failed"]
