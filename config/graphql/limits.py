"""What one GraphQL document may cost, decided before anything runs."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    StringValueNode,
    ValidationRule,
)
from graphql.validation.validate import ValidationAbortedError

from .measure import Limits, TooDeep, TooMuchWork, Walk

MAX_TOKENS = 3_000
"""Full introspection takes under 200, a busy screen a few hundred."""

MAX_QUERY_LENGTH = 64 * 1024
"""Characters of query text: one token may be a string as long as the body."""

MAX_DEPTH = 15
"""Three connections within each other take nine levels, and six remain for what they show."""

MAX_INTROSPECTION_DEPTH = 20
"""The full introspection query unwraps nine list and non-null types and reaches 15."""

MAX_ALIASES = 50
"""A page compares a handful of things side by side; hundreds of aliases are guessing."""

MAX_DIRECTIVES = 50
"""`@include` on a few dozen fields is plenty."""

MAX_ROOT_FIELDS = 20
"""Every root field is a query or a mutation of its own."""

MAX_COST = 20_000
"""Objects in the largest possible answer. One takes about 0.1 ms, so this is two seconds."""

DEFAULT_PAGE_SIZE = 20
"""Rows of a connection that is asked for without `first` and `last`."""

MAX_PAGE_SIZE = 100
"""Rows counted for `first: $n`: the verdict is kept with the text, and variables change under it."""

LIST_SIZE = 10
"""Rows counted for a plain list; only small relations are plain lists."""

INTROSPECTION_COST = 100
"""For each introspection field that has fields of its own; the full query has 71 of them."""

MAX_WORK = 20_000
"""Selections looked at while measuring, some 20 ms. An honest document needs as many as it has."""


@lru_cache
def limits(
    *,
    depth: int = MAX_DEPTH,
    introspection_depth: int = MAX_INTROSPECTION_DEPTH,
    aliases: int = MAX_ALIASES,
    directives: int = MAX_DIRECTIVES,
    root_fields: int = MAX_ROOT_FIELDS,
    cost: int = MAX_COST,
    work: int = MAX_WORK,
    page_size: int = DEFAULT_PAGE_SIZE,
    max_page_size: int = MAX_PAGE_SIZE,
    list_size: int = LIST_SIZE,
    introspection_cost: int = INTROSPECTION_COST,
) -> type["LimitsRule"]:
    """Return a validation rule for these limits.

    Equal limits give the very same class, since validation results are cached by their rules.
    """
    chosen = Limits(
        depth=depth,
        introspection_depth=introspection_depth,
        aliases=aliases,
        directives=directives,
        root_fields=root_fields,
        cost=cost,
        work=work,
        page_size=page_size,
        max_page_size=max_page_size,
        list_size=list_size,
        introspection_cost=introspection_cost,
    )
    return type("LimitsRule", (LimitsRule,), {"limits": chosen})


class LimitsRule(ValidationRule):
    """Refuses an operation that goes past `limits`, before other rules spend time on it."""

    limits: Limits

    def enter_document(self, document: DocumentNode, *_: Any) -> None:
        refusals = list(self.refusals(document))
        for refusal in refusals[:-1]:
            self.report_error(refusal)
        if refusals:
            last = refusals[-1]
            # Raised, it ends the validation: other rules may need far longer for such a document.
            raise ValidationAbortedError(last.message, last.nodes, extensions=last.extensions)

    def refusals(self, document: DocumentNode) -> Iterator[GraphQLError]:
        walk = Walk(self.context.schema, document, self.limits)
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                try:
                    yield from self.of_operation(walk, node)
                except TooDeep:
                    yield self.too_deep(node)
                except TooMuchWork:
                    yield _refusal(
                        "query_too_costly",
                        "The fragments of this document overlap in too many ways; spread fewer of them.",
                        node,
                    )
                    return
        for name, field in walk.aliased.items():
            yield _refusal(
                "aliased_connection",
                f"Below a list, '{name}' is answered for one set of arguments only. Ask for it once, "
                "with arguments that cover both, or ask for the second in a query of its own.",
                field,
            )

    def of_operation(self, walk: Walk, node: OperationDefinitionNode) -> Iterator[GraphQLError]:
        limit = self.limits
        total, width = walk.operation(node)
        if total.depth > limit.depth or total.introspection_depth > limit.introspection_depth:
            yield self.too_deep(node)
        for code, what, found, most in (
            ("too_many_aliases", "aliases", total.aliases, limit.aliases),
            ("too_many_directives", "directives", total.directives, limit.directives),
            ("too_many_root_fields", "root fields", width, limit.root_fields),
        ):
            if found > most:
                yield _refusal(code, f"This operation has {found} {what}; at most {most} are answered.", node)
        if total.cost > limit.cost:
            yield _refusal(
                "query_too_costly",
                f"This operation may return {total.cost} objects; at most {limit.cost} are answered. Ask "
                "for smaller pages, and write the sizes of nested pages as numbers: a variable counts "
                f"as {limit.max_page_size}.",
                node,
            )

    def too_deep(self, node: OperationDefinitionNode) -> GraphQLError:
        return _refusal(
            "query_too_deep",
            f"This operation is nested too deeply; at most {self.limits.depth} levels are answered.",
            node,
        )


class NoNulCharacters(ValidationRule):
    """Refuses a string with a NUL character: PostgreSQL cannot store it, and `\\u0000` spells it."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            self.report_error(_refusal("bad_character", "Text must not contain NUL characters.", node))


def _refusal(code: str, message: str, node: Any) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": code})
