"""Both APIs give the same answers to the same questions; the queries are the same text."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from leads.filters import LeadFilterSet, OrganizationFilterSet
from leads.global_ids import global_id
from leads.models import Lead, Membership, Opportunity, Organization
from tests.leads.reporting import shared

FILTER_SETS = {"leads": LeadFilterSet, "organizations": OrganizationFilterSet}
MODELS = {"Lead": Lead, "Membership": Membership, "Opportunity": Opportunity, "Organization": Organization}


@pytest.fixture
def both(assortment, business, other_business, frontend):
    """The two APIs as the manager of one business sees them, while another business has leads too."""
    manager = assortment(business)
    assortment(other_business, 3)
    return [frontend(manager, path=path) for path in ("/graphql/", "/graphql/reporting/")]


# --- The words -----------------------------------------------------------------------------------


def test_both_offer_leads_and_organizations():
    assert shared.roots() == ["leads", "organizations"]


def test_fields_of_one_name_have_one_type():
    kinds = list(shared.both(GraphQLObjectType))

    for theirs, ours in kinds:
        common = {name for name in ours.fields if name in theirs.fields}
        assert {n: str(ours.fields[n].type) for n in common} == {n: str(theirs.fields[n].type) for n in common}
    assert {ours.name for _, ours in kinds} >= {
        *("Lead", "Organization", "Membership"),
        *("Qualification", "QualificationVersion", "QualificationSchema"),
    }


def test_inputs_of_one_name_have_the_same_fields_with_the_same_words():
    def described(kind):
        return {name: (str(field.type), field.description) for name, field in kind.fields.items()}

    kinds = list(shared.both(GraphQLInputObjectType))

    assert [described(ours) for _, ours in kinds] == [described(theirs) for theirs, _ in kinds]
    assert {ours.name for _, ours in kinds} >= {"LeadFilter", "OrganizationFilter", "AttributeConditionInput"}


def test_enums_of_one_name_have_the_same_values_with_the_same_words():
    def described(kind):
        return {name: value.description for name, value in kind.values.items()}

    kinds = list(shared.both(GraphQLEnumType))

    assert [described(ours) for _, ours in kinds] == [described(theirs) for theirs, _ in kinds]
    assert {ours.name for _, ours in kinds} >= {
        *("Stage", "Level", "LeadOutcome", "Role", "Decision", "VersionStatus"),
        *("LeadOrder", "NameOrder"),
    }


@pytest.mark.parametrize("root", shared.roots())
def test_lists_take_the_same_arguments(root):
    ours, theirs = shared.REPORTS.query_type.fields[root], shared.FRONTENDS.query_type.fields[root]

    assert {name: (str(found.type), found.description) for name, found in ours.args.items()} == {
        name: (str(found.type), found.description) for name, found in theirs.args.items()
    }


# --- The answers ---------------------------------------------------------------------------------


def ask(root: str, relations: int = 1) -> str:
    """Return the query for all rows, with the leaves that both have of each and of the rows it points to."""
    name = shared.filter_of(root).name
    order = get_named_type(shared.REPORTS.query_type.fields[root].args["order"].type).name
    row = shared.selection(shared.row_of(root), relations)
    return (
        f"query($filter: {name}, $order: {order}!) {{ {root}(filter: $filter, order: $order, first: 100) "
        f"{{ totalCount pageInfo {{ hasNextPage hasPreviousPage }} edges {{ node {{ {row} }} }} }} }}"
    )


@pytest.mark.parametrize(
    ("root", "order"), [(root, order) for root in shared.roots() for order in shared.orders_of(root)]
)
def test_every_order_gives_the_same_rows_with_the_same_values(both, root, order):
    theirs, ours = (api(ask(root, relations=4), order=order) for api in both)

    assert ours == theirs
    assert len(ours["data"][root]["edges"]) == {"leads": 36, "organizations": 12}[root]


def wishes(root: str, name: str, field: Any) -> list[Any]:
    """Return values to try for a filter, by its type; one of an unknown type is an error."""
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLEnumType):
        return [[value] for value in kind.values] + [list(kind.values)[1:], []]
    if kind.name == "ID":
        python_name = field.out_name or name
        of = FILTER_SETS[root].base_filters[python_name].of
        keys = MODELS[of].objects.order_by("pk").values_list("pk", flat=True)
        return [global_id(of, key) for key in [*keys, 999_999]]
    return {
        "Boolean": [True, False],
        "Decimal": ["-10", "0", "20", "35.5", "30.00", 45],
        "DateTime": ["2026-02-25T09:30:00Z", "2026-02-27T10:30:00+01:00", "1999-01-01T00:00:00Z"],
        "AttributeConditionInput": [[]],
        "String": (
            [["Fair"], ["discovery"], ["Web, search", ""], [""], ["nowhere"], []]
            if str(field.type).startswith("[")
            else ["company 1", "COMPANY1.example", "r-1", "Order", "%", "_", "", "   ", "nowhere"]
        ),
    }[kind.name]


CONDITIONS = [
    {"key": "industry", "anyOf": ["saas"]},
    {"key": "industry", "anyOf": []},
    {"key": "has_pain", "anyOf": ["yes"]},
    {"key": "has_pain", "given": False},
    {"key": "employees", "atLeast": "60", "atMost": 120},
    {"key": "employees", "atLeast": "250.0"},
    {"key": "decision", "notBefore": "2026-04-30"},
    {"key": "decision", "notAfter": "2026-04-30"},
    {"key": "decision", "given": True},
]


@pytest.mark.parametrize(
    ("root", "name"), [(root, name) for root in shared.roots() for name in shared.filter_of(root).fields]
)
def test_every_filter_gives_the_same_rows(both, root, name):
    field = shared.filter_of(root).fields[name]
    values = wishes(root, name, field)
    if get_named_type(field.type).name == "AttributeConditionInput":
        values += [[condition] for condition in CONDITIONS] + [CONDITIONS[:2], [CONDITIONS[2], CONDITIONS[5]]]
    order = shared.orders_of(root)[-1]
    answers = [[api(ask(root), filter={name: value}, order=order) for value in values] for api in both]

    theirs, ours = answers
    assert ours == theirs
    counts = {answer["data"][root]["totalCount"] for answer in ours if "errors" not in answer}
    assert any(0 < count < {"leads": 36, "organizations": 12}[root] for count in counts), "nothing was told apart"


def test_every_field_of_a_condition_is_tried():
    kind = shared.REPORTS.type_map["AttributeConditionInput"]

    assert {name for condition in CONDITIONS for name in condition} == set(kind.fields)


def test_filters_together_give_the_same_rows(both):
    wish = {"stage": ["MQL", "SQL", "NURTURE"], "scoreAtLeast": "15", "unassigned": False, "search": "company"}

    theirs, ours = (api(ask("leads"), filter=wish, order="NEWEST") for api in both)

    assert ours == theirs
    assert 0 < ours["data"]["leads"]["totalCount"] < 36


@pytest.mark.parametrize(
    "wish",
    [
        {"owner": "TGVhZDox"},
        {"owner": "nonsense"},
        {"owner": global_id("Membership", "01")},
        {"createdFrom": "2026-03-02T09:30:00"},
        {"createdFrom": "0001-01-01T00:00:00+14:00"},
        {"scoreAtLeast": "NaN"},
        {"scoreAtLeast": "1e400"},
        {"values": [{"key": "nowhere", "given": True}]},
        {"values": [{"key": "industry", "atLeast": "1"}]},
        {"values": [{"key": "employees", "anyOf": ["1"]}]},
        {"values": [{"key": "employees", "atLeast": "NaN"}]},
        {"values": [{"key": "employees", "atLeast": "1e30"}]},
    ],
    ids=str,
)
def test_a_filter_that_makes_no_sense_is_refused_alike(both, wish):
    theirs, ours = (api(ask("leads"), filter=wish, order="SCORE")["errors"] for api in both)

    assert [(error["message"], error["extensions"]) for error in ours] == [
        (error["message"], error["extensions"]) for error in theirs
    ]
    assert ours[0]["extensions"]["code"] in ("invalid_id", "filter_refused", "moment_refused")


@pytest.mark.parametrize(
    "page", ["first: -1", "first: 101", "first: 1, last: 1", "last: 101", 'after: "x"', 'before: "WyJ4Il0="']
)
def test_a_page_that_cannot_be_had_is_refused_alike(both, page):
    theirs, ours = (api(f"{{ leads({page}) {{ edges {{ cursor }} }} }}")["errors"] for api in both)

    assert ours == theirs
    assert ours[0]["extensions"]["code"] == "page_refused"


def test_a_query_with_numbers_written_out_is_understood_alike(both):
    query = "{ leads(filter: {scoreAtLeast: 12.5, scoreBelow: 40, stage: MQL}) { totalCount edges { node { id } } } }"

    theirs, ours = (api(query) for api in both)

    assert ours == theirs
    assert ours["data"]["leads"]["totalCount"] > 0
