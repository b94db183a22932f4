"""The schema as frontends generate code from it."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    print_schema,
    specified_scalar_types,
)

from config.schema import schema
from tests.leads.graphql import walk

FILE = Path(__file__).parents[2] / "schema.graphql"
OWN = {
    name: found
    for name, found in schema._schema.type_map.items()
    if not name.startswith("__") and name not in specified_scalar_types
}


def test_the_file_is_the_schema_as_it_is():
    assert FILE.read_text().strip() == schema.as_str().strip(), "Run `make schema`."


def test_the_file_can_be_read_by_other_tools():
    assert print_schema(build_schema(FILE.read_text()))


def described() -> Iterator[tuple[str, str | None]]:
    """Yield everything that has a description, by its place."""
    for name, found in OWN.items():
        yield name, found.description
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in found.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument, definition in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument})", definition.description
        if isinstance(found, GraphQLEnumType):
            for value_name, value in found.values.items():
                yield f"{name}.{value_name}", value.description


def test_everything_has_a_description_that_is_a_sentence():
    without = [place for place, text in described() if not (text or "").strip()]
    from_libraries = ("Date", "DateTime", "Decimal", "Node", "Node.id", "PageInfo")

    assert without == []
    assert [
        place
        for place, text in described()
        if not place.endswith(".id")
        and not place.startswith(from_libraries)
        and (not text[0].isupper() or text.strip()[-1] not in ".?")
    ] == []


def test_names_are_those_of_the_business_and_not_of_a_library():
    assert [name for name in OWN if name.endswith("Type") and name not in ("AttributeType", "QuestionType")] == []
    places = [place for place, _ in described()]
    assert [
        place for place in places if place.rpartition(".")[2].partition("(")[0] in ("pk", "_id", "businessId")
    ] == []
    assert [name for name in OWN if "Cursor" in name or "strawberry" in name.lower()] == []


def test_enum_values_are_in_capitals_and_inputs_are_called_input_or_filter():
    enums = [value for found in OWN.values() if isinstance(found, GraphQLEnumType) for value in found.values]
    inputs = [name for name, found in OWN.items() if isinstance(found, GraphQLInputObjectType)]

    assert [value for value in enums if not value.replace("_", "").isupper()] == []
    assert [name for name in inputs if not name.endswith(("Input", "Filter"))] == []


def test_an_object_that_may_be_absent_is_nullable():
    query = schema._schema.query_type.fields

    for name in ("node", "lead", "organization", "me"):
        assert not isinstance(query[name].type, GraphQLNonNull)
    assert str(query["node"].type) == "Node"
    assert str(query["node"].args["id"].type) == "ID!"


def test_lists_are_never_null_and_hold_no_nulls():
    lists = [
        f"{parent.name}.{name}: {field.type}"
        for parent in walk.object_types()
        for name, field in parent.fields.items()
        if walk.is_list(field) and not (str(field.type).startswith("[") and str(field.type).endswith("!]!"))
    ]

    assert lists == []


def test_every_mutation_answers_its_object_or_why_not():
    for name, field in schema._schema.mutation_type.fields.items():
        answer = get_named_type(field.type)
        assert isinstance(answer, GraphQLUnionType), name
        assert isinstance(field.type, GraphQLNonNull)
        assert answer.types[-1].name == "OperationInfo"
        assert answer.name == f"{answer.types[0].name}Result"


def test_all_members_of_a_union_can_be_asked_for_in_one_query():
    """Fields of one name that differ in type could not stand beside each other without an alias."""
    for union in (found for found in OWN.values() if isinstance(found, GraphQLUnionType)):
        for one, other in combinations(union.types, 2):
            for name in {*one.fields} & {*other.fields}:
                assert str(one.fields[name].type) == str(other.fields[name].type), (union.name, name)


def test_what_has_a_global_id_is_a_node():
    with_id = {found.name for found in walk.object_types() if "id" in found.fields}
    nodes = {found.name for found in schema._schema.get_possible_types(schema._schema.type_map["Node"])}

    assert with_id == nodes


def test_one_object_has_one_global_id_wherever_it_appears(crowd, frontend):
    made = crowd(2)
    ask = frontend(made.viewer)
    for found in walk.object_types():
        if not walk.is_node(found):
            continue
        here = made.id(found.name)
        body = ask(f'{{ node(id: "{here}") {{ __typename id ... on {found.name} {{ {back(found)} }} }} }}')

        assert body["data"]["node"]["id"] == here
        assert body["data"]["node"]["__typename"] == found.name
        for child in body["data"]["node"].values():
            if isinstance(child, dict):
                again = ask(f'{{ node(id: "{child["id"]}") {{ __typename id }} }}')["data"]["node"]
                assert again == {"__typename": child["__typename"], "id": child["id"]}


def back(found: GraphQLObjectType) -> str:
    """Return a selection of the ids of all related objects."""
    parts = []
    for name, field in found.fields.items():
        related = walk.row_type(field)
        if related is not None and walk.is_node(related) and not walk.is_many(field):
            parts.append(f"{name} {{ __typename id }}")
        elif name == "id" or is_leaf_type(get_named_type(field.type)):
            parts.append(name)
    return " ".join(parts)


def test_the_same_lead_has_the_same_id_in_lists_relations_and_answers(crowd, frontend):
    made = crowd(1)
    ask = frontend(made.viewer)
    lead = made.id("Lead")

    seen = ask(f"""{{
        lead(id: "{lead}") {{
            id stakeholders {{ lead {{ id }} }} evidence(first: 1) {{ edges {{ node {{ lead {{ id }} }} }} }}
            qualification {{ lead {{ id }} }} organization {{ leads(first: 1) {{ edges {{ node {{ id }} }} }} }}
        }}
    }}""")["data"]["lead"]
    answered = ask(f'mutation {{ qualifyLead(lead: "{lead}") {{ ... on Lead {{ id }} }} }}')

    assert {
        seen["id"],
        seen["stakeholders"][0]["lead"]["id"],
        seen["evidence"]["edges"][0]["node"]["lead"]["id"],
        seen["qualification"]["lead"]["id"],
        seen["organization"]["leads"]["edges"][0]["node"]["id"],
        answered["data"]["qualifyLead"]["id"],
    } == {lead}


@pytest.mark.parametrize("query", ["{ node(id: 1) { id } }", '{ node(id: "1") { id } }', "{ lead(id: 1) { id } }"])
def test_an_id_written_as_a_number_is_the_id_of_nothing(graphql, query):
    [found] = graphql(query)["data"].values()

    assert found is None
