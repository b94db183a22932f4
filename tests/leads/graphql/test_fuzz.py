"""Whatever a valid document asks for, the API has an answer of its own making."""

import json
from typing import Any

import graphql as core
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, mutations, nodes, queries

from tests.leads.graphql import walk

TYPES = ("Lead", "Organization", "Contact", "Membership", "Qualification")

SCALARS = {
    "Decimal": st.one_of(
        st.decimals(allow_nan=True, allow_infinity=True).map(str),
        st.sampled_from(["1e999999", "-1e-999999", "sNaN", "0.1", "100", "abc"]),
    ).map(nodes.String),
    "Date": st.one_of(st.dates().map(str), st.just("2026-02-30")).map(nodes.String),
    "DateTime": st.one_of(
        st.datetimes().map(str),
        st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
        st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "now"]),
    ).map(nodes.String),
}
QUIET = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]
FUZZED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=QUIET,
    derandomize=True,
    phases=[Phase.generate],
)


@pytest.fixture
def ask(crowd, frontend):
    """Send a document in which some ids are replaced by real ones; return the body."""
    made = crowd(2)
    say = frontend(made.viewer)

    def asked(document: str, ids: list[str]) -> dict[str, Any]:
        with_ids = core.parse(document)
        known = iter([made.id(name) for name in ids])
        with_ids = core.visit(with_ids, RealIds(known))
        body = say(core.print_ast(with_ids))
        assert say.status in (200, 400), body
        codes = {error["extensions"]["code"] for error in body.get("errors", [])}
        assert "internal_error" not in codes, core.print_ast(with_ids)
        return body

    return asked


class RealIds(core.Visitor):
    """Puts ids that exist where the document has an id."""

    PLACES = frozenset({"id", "lead", "owner", "organization", "contact", "saidBy"})

    def __init__(self, known: Any) -> None:
        super().__init__()
        self.known = known

    def enter_argument(self, node: Any, *_: Any) -> Any:
        return self.replaced(node)

    def enter_object_field(self, node: Any, *_: Any) -> Any:
        return self.replaced(node)

    def replaced(self, node: Any) -> Any:
        if node.name.value not in self.PLACES:
            return None
        found = next(self.known, None)
        if found is not None and isinstance(node.value, core.StringValueNode | core.IntValueNode):
            node.value = core.StringValueNode(value=found)
        return None


def documents(kind: Any, root: core.GraphQLObjectType) -> Any:
    """Return documents that ask for one or two fields of a root each, since many at once are refused."""
    return st.lists(st.sampled_from([*root.fields]), min_size=1, max_size=2, unique=True).flatmap(
        lambda fields: kind(walk.SCHEMA, fields=fields, custom_scalars=SCALARS, allow_x00=False)
    )


IDS = st.lists(st.sampled_from(TYPES), max_size=6)


@FUZZED
@given(document=documents(queries, walk.SCHEMA.query_type), ids=IDS)
def test_no_query_ends_in_an_error_of_ours(ask, document, ids):
    ask(document, ids)


@FUZZED
@given(document=documents(mutations, walk.SCHEMA.mutation_type), ids=IDS)
def test_no_mutation_ends_in_an_error_of_ours(ask, document, ids):
    ask(document, ids)


@settings(FUZZED, max_examples=25)
@given(document=queries(walk.SCHEMA, custom_scalars=SCALARS, allow_x00=False, mode=Mode.NEGATIVE))
def test_no_invalid_query_ends_in_an_error_of_ours(ask, document):
    ask(document, [])


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@FUZZED
@given(value=JSON, mutation=st.sampled_from([*walk.SCHEMA.mutation_type.fields]), data=st.data())
def test_no_variable_ends_in_an_error_of_ours(crowd, frontend, business, rep, value, mutation, data):
    say = frontend(rep)
    arguments = walk.SCHEMA.mutation_type.fields[mutation].args
    name = data.draw(st.sampled_from([*arguments]))
    others = [other for other in arguments if other != name and str(arguments[other].type).endswith("!")]
    given_ = {name: value} | dict.fromkeys(others, "1")
    types = ", ".join(f"${each}: {arguments[each].type}" for each in given_)
    passed = ", ".join(f"{each}: ${each}" for each in given_)

    body = say(f"mutation({types}) {{ {mutation}({passed}) {{ __typename }} }}", **given_)

    assert say.status in (200, 400), json.dumps(body)
    assert "internal_error" not in {error["extensions"]["code"] for error in body.get("errors", [])}
