"""What a document may cost is decided in little time, however its fragments multiply."""

import pytest
from graphql import (
    OperationDefinitionNode,
    build_schema,
    get_introspection_query,
    parse,
    specified_rules,
    validate,
)
from hypothesis import given
from hypothesis import strategies as st

from config.graphql.limits import MAX_WORK, NoNulCharacters, limits
from config.graphql.measure import TooDeep, TooMuchWork, Walk

SCHEMA = build_schema("""
    type Query {
        leads(first: Int, last: Int): LeadConnection!  node(id: ID!): Node  org: Org  news: [News!]!
    }
    type Mutation { rename(name: String): Org }
    interface Node { id: ID! }
    type PageInfo { hasNextPage: Boolean! }
    type Lead implements Node {
        id: ID!  name: String  org: Org  tags: [Tag!]!  words: [String!]!
        contacts(first: Int, role: String): ContactConnection!
    }
    type LeadConnection { edges: [LeadEdge!]!  nodes: [Lead!]!  pageInfo: PageInfo!  totalCount: Int! }
    type LeadEdge { cursor: String!  node: Lead! }
    type Contact implements Node { id: ID!  name: String  lead: Lead }
    type ContactConnection { edges: [ContactEdge!]!  pageInfo: PageInfo! }
    type ContactEdge { node: Contact! }
    type Org implements Node {
        id: ID!  name: String  parent: Org  leads(first: Int = 5): LeadConnection!
        contacts(first: Int, role: String): ContactConnection!
    }
    type Tag { name: String }
    union News = Lead | Contact | Org
""")

# The one that clients send: every option, and nine levels of wrapped types.
FULL_INTROSPECTION = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)


def refusals(query, **changed):
    errors = validate(SCHEMA, parse(query), [limits(**changed), NoNulCharacters, *specified_rules])
    return [((error.extensions or {}).get("code"), error.message) for error in errors]


def measured(query, **changed):
    document = parse(query)
    walk = Walk(SCHEMA, document, limits(**changed).limits)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return walk, *walk.operation(operation)


def nested(levels, field="parent"):
    return "{ org " + f"{{ {field} " * levels + "{ id }" + " }" * levels + " }"


def doubling(levels):
    """Each fragment asks twice for the one below it: 2 ** levels fields when written out."""
    fragments = [
        f"fragment F{i} on Org {{ a: parent {{ ...F{i - 1} }} b: parent {{ ...F{i - 1} }} }}"
        for i in range(1, levels + 1)
    ]
    return f"{{ org {{ ...F{levels} }} }} " + " ".join(fragments) + " fragment F0 on Org { id }"


# --- What is counted -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ org { id name } }", 1),
        ("{ leads { nodes { id } } }", 21),
        ("{ leads(first: null) { nodes { id } } }", 21),
        ("{ leads(first: 50) { nodes { id } } }", 51),
        ("{ leads(last: 7) { nodes { id } } }", 8),
        ("{ leads(first: 0) { nodes { id } } }", 1),
        ("{ leads(first: -5) { nodes { id } } }", 1),
        ("query ($n: Int) { leads(first: $n) { nodes { id } } }", 101),
        ("query ($n: Int = 3) { leads(first: $n) { nodes { id } } }", 101),
        ("{ leads(first: 50) { edges { node { id } } } }", 51),
        ("{ leads(first: 50) { edges { cursor } } }", 51),
        ("{ leads(first: 50) { totalCount pageInfo { hasNextPage } } }", 2),
        ("{ leads(first: 10) { ...P } } fragment P on LeadConnection { nodes { org { id } } }", 21),
        ("{ leads(first: 10) { nodes { contacts(first: 10) { edges { node { id } } } } } }", 121),
        ("{ org { leads { nodes { id } } } }", 7),
        ("{ leads(first: 10) { nodes { tags { name } words } } }", 111),
        ("{ a: org { id } b: org { id } }", 2),
        ("{ org { id } org { name } ...Q } fragment Q on Query { org { parent { id } } }", 2),
        ("{ news { ... on Lead { org { id } } ... on Contact { lead { org { id } } } } }", 30),
        ("{ news { ... on Node { ... on Lead { org { id } } ... on Org { parent { id } } } } }", 20),
    ],
)
def test_the_cost_is_the_number_of_objects_that_may_be_returned(query, cost):
    _, measure, _ = measured(query)

    assert measure.cost == cost
    assert refusals(query) == []


def test_the_full_introspection_query_passes_and_twice_as_much_still_does():
    _, measure, _ = measured(FULL_INTROSPECTION)

    assert (measure.depth, measure.introspection_depth, measure.cost) == (1, 15, 7100)
    assert refusals(FULL_INTROSPECTION) == []
    assert refusals(get_introspection_query()) == []


def test_introspection_under_many_names_is_too_costly():
    thrice = " ".join(f"{name}: __schema {{ types {{ ...T }} }}" for name in "abc")
    deep = "fragment T on __Type { fields { type " + "{ ofType " * 9 + "{ name }" + " }" * 9 + " } }"

    assert refusals(f"{{ {thrice} }} {deep}") == []
    assert refusals(f"{{ {thrice} }} {deep}", cost=3_000) == [
        (
            "query_too_costly",
            "This operation may return 3900 objects; at most 3000 are answered. Ask for smaller pages, "
            "and write the sizes of nested pages as numbers: a variable counts as 100.",
        )
    ]


# --- What is refused -------------------------------------------------------------------------------

TOO_DEEP = ("query_too_deep", "This operation is nested too deeply; at most 15 levels are answered.")


@pytest.mark.parametrize(
    ("at_the_limit", "past_it", "refused"),
    [
        (nested(13), nested(14), TOO_DEEP),
        (
            "{ " + " ".join(f"a{i}: __typename" for i in range(20)) + " }",
            "{ " + " ".join(f"a{i}: __typename" for i in range(21)) + " }",
            ("too_many_root_fields", "This operation has 21 root fields; at most 20 are answered."),
        ),
        (
            "mutation { " + " ".join(f"a{i}: rename {{ id }}" for i in range(20)) + " }",
            "mutation { ...M } fragment M on Mutation { "
            + " ".join(f"a{i}: rename {{ id }}" for i in range(21))
            + " }",
            ("too_many_root_fields", "This operation has 21 root fields; at most 20 are answered."),
        ),
        (
            "{ org { " + " ".join(f"a{i}: name" for i in range(50)) + " } }",
            "{ org { " + " ".join(f"a{i}: name" for i in range(51)) + " } }",
            ("too_many_aliases", "This operation has 51 aliases; at most 50 are answered."),
        ),
        (
            "{ org { " + "... @include(if: true) { id } " * 50 + "} }",
            "query @skip(if: true) { org { " + "... @include(if: true) { id } " * 50 + "} }",
            ("too_many_directives", "This operation has 51 directives; at most 50 are answered."),
        ),
        (
            "{ leads(first: 19999) { nodes { id } } }",
            "{ leads(first: 20000) { nodes { id } } }",
            (
                "query_too_costly",
                "This operation may return 20001 objects; at most 20000 are answered. Ask for smaller "
                "pages, and write the sizes of nested pages as numbers: a variable counts as 100.",
            ),
        ),
    ],
    ids=["depth", "root fields", "mutations", "aliases", "directives", "cost"],
)
def test_an_operation_may_reach_a_limit_but_not_pass_it(at_the_limit, past_it, refused):
    assert refusals(at_the_limit) == []
    assert refusals(past_it) == [refused]


def test_every_operation_of_a_document_is_measured():
    assert refusals("query A { org { id } } query B " + nested(14)) == [TOO_DEEP]


def test_all_limits_that_are_passed_are_named_at_once():
    assert [code for code, _ in refusals(doubling(9))] == ["too_many_aliases"]
    assert [code for code, _ in refusals(doubling(9), cost=100, root_fields=0)] == [
        "too_many_aliases",
        "too_many_root_fields",
        "query_too_costly",
    ]


def test_a_page_size_of_thousands_of_digits_is_refused():
    [(code, _)] = refusals("{ leads(first: " + "9" * 5_000 + ") { nodes { id } } }")

    assert code == "query_too_costly"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ org { ...A } } fragment A on Org { ...A }", "Cannot spread fragment 'A' within itself."),
        (
            "{ org { ...A } } fragment A on Org { parent { ...B } } fragment B on Org { parent { ...A } }",
            "Cannot spread fragment 'A' within itself via 'B'.",
        ),
        ("{ org { ...Gone } }", "Unknown fragment 'Gone'."),
        ("{ org { gone { id } } }", "Cannot query field 'gone' on type 'Org'."),
        ("{ org { ... on Gone { id } } }", "Unknown type 'Gone'. Did you mean 'Node'?"),
        ("subscription { org { id } }", None),
    ],
)
def test_what_is_wrong_for_other_reasons_is_left_to_the_rules_of_the_specification(query, message):
    assert refusals(query) == ([(None, message)] if message else [])


# --- Aliased connections ---------------------------------------------------------------------------

TWICE = (
    "aliased_connection",
    "Below a list, 'contacts' is answered for one set of arguments only. Ask for it once, with arguments "
    "that cover both, or ask for the second in a query of its own.",
)
ONE = "contacts(first: 1) { pageInfo { hasNextPage } }"
TWO = "two: contacts(first: 2) { pageInfo { hasNextPage } }"
FRAGMENTS = f"fragment One on Lead {{ {ONE} }} fragment Two on Lead {{ {TWO} }}"


@pytest.mark.parametrize(
    "query",
    [
        f"{{ leads {{ nodes {{ {ONE} {TWO} }} }} }}",
        f"{{ leads {{ edges {{ node {{ {ONE} {TWO} }} }} }} }}",
        f"{{ leads {{ nodes {{ ...One ...Two }} }} }} {FRAGMENTS}",
        f"{{ leads {{ nodes {{ ...One }} }} leads {{ nodes {{ ...Two }} }} }} {FRAGMENTS}",
        f"{{ leads {{ nodes {{ org {{ {ONE} {TWO} }} }} }} }}",
        f"{{ news {{ ... on Lead {{ {ONE} }} ... on Node {{ ...Two }} }} }} fragment Two on Lead {{ {TWO} }}",
    ],
)
def test_two_pages_of_one_connection_below_a_list_are_refused(query):
    assert refusals(query) == [TWICE]


@pytest.mark.parametrize(
    "query",
    [
        f"{{ org {{ {ONE} {TWO} }} }}",
        f"{{ node(id: 1) {{ ... on Lead {{ {ONE} {TWO} }} }} }}",
        f"{{ leads {{ nodes {{ {ONE} again: {ONE} }} }} }}",
        f"{{ leads {{ nodes {{ {ONE} org {{ {TWO} }} }} }} }}",
        f"{{ news {{ ... on Lead {{ {ONE} }} ... on Org {{ {TWO} }} }} }}",
        f"{{ a: leads {{ nodes {{ {ONE} }} }} b: leads {{ nodes {{ {TWO} }} }} }}",
        '{ leads { nodes { a: contacts(first: 1, role: "x") { pageInfo { hasNextPage } }'
        ' b: contacts(role: "x", first: 1) { pageInfo { hasNextPage } } } } }',
    ],
)
def test_elsewhere_and_with_the_same_arguments_they_are_answered(query):
    assert refusals(query) == []


# --- NUL characters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        'mutation { rename(name: "a\\u0000") { id } }',
        'query ($a: String = "\\u0000") { node(id: $a) { id } }',
    ],
)
def test_a_nul_character_cannot_be_spelt_with_an_escape(query):
    assert ("bad_character", "Text must not contain NUL characters.") in refusals(query)


# --- Work ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [10, 25, 80, 160])
def test_fragments_that_double_are_measured_in_linear_work(levels):
    query = doubling(levels)

    walk, measure, _ = measured(query, depth=1_000)

    assert measure.cost == 2 ** (levels + 1) - 1
    assert walk.looked_at <= 6 * levels + 4


def test_doubling_fragments_are_refused_for_what_they_are():
    assert refusals(doubling(12)) == [("too_many_aliases", "This operation has 8190 aliases; at most 50 are answered.")]
    assert refusals(doubling(80)) == [TOO_DEEP]


def test_a_long_chain_of_fragments_on_one_level_needs_no_stack():
    chain = " ".join(f"fragment F{i} on Org {{ ...F{i + 1} }}" for i in range(190))

    assert refusals(f"{{ org {{ ...F0 }} }} {chain} fragment F190 on Org {{ id }}") == []


def overlapping(layers, pieces):
    """Each path of `a` and `b` merges another set of fragments, so remembering a set helps little."""

    def spread(layer, numbers):
        return " ".join(f"...F{layer}_{number % pieces}" for number in numbers)

    fragments = [
        f"fragment F{layer}_{i} on Org {{ a: parent {{ {spread(layer - 1, [i, i + 1])} }}"
        f" b: parent {{ {spread(layer - 1, [2 * i, 3 * i + 2])} }} }}"
        for layer in range(1, layers)
        for i in range(pieces)
    ]
    fragments += [f"fragment F0_{i} on Org {{ id }}" for i in range(pieces)]
    return f"{{ org {{ {spread(layers - 1, [0])} }} }} " + " ".join(fragments)


def test_fragments_that_overlap_in_ever_new_ways_are_given_up():
    query = overlapping(layers=12, pieces=23)

    assert refusals(query) == [
        ("query_too_costly", "The fragments of this document overlap in too many ways; spread fewer of them.")
    ]


@st.composite
def documents(draw):
    """Fragments on Org that spread each other at random, in circles too, on one level or below."""
    count = draw(st.integers(1, 12))
    name = st.integers(0, count - 1).map(lambda i: f"...F{i}")
    below = st.tuples(st.sampled_from(["parent", "a: parent", "b: parent"]), st.lists(name, max_size=4)).map(
        lambda found: f"{found[0]} {{ id {' '.join(found[1])} }}"
    )
    body = st.lists(st.one_of(name, below, st.just("id")), min_size=1, max_size=5).map(" ".join)
    fragments = [f"fragment F{i} on Org {{ {draw(body)} }}" for i in range(count)]
    return f"{{ org {{ {' '.join(f'...F{i}' for i in range(count))} }} }} " + " ".join(fragments)


@given(documents())
def test_whatever_the_fragments_do_the_work_is_bounded_and_an_answer_is_given(query):
    document = parse(query)
    rule = limits()
    walk = Walk(SCHEMA, document, rule.limits)
    codes = {code for code, _ in refusals(query)}

    try:
        measure, _ = walk.operation(document.definitions[0])
        expected = {"query_too_deep"} if measure.depth > 15 else set()
        expected |= {"too_many_aliases"} if measure.aliases > 50 else set()
        expected |= {"query_too_costly"} if measure.cost > 20_000 else set()
    except TooDeep:
        expected = {"query_too_deep"}
    except TooMuchWork:
        expected = {"query_too_costly"}
    assert codes - {None} == expected
    assert walk.looked_at <= MAX_WORK + 1


def test_equal_limits_are_one_rule_and_different_ones_are_not():
    assert limits(depth=3) is limits(depth=3)
    assert limits(depth=3) is not limits(depth=4)
