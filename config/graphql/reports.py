"""Runs the schema of the reports behind the same edge as the other API, and for managers only."""

from functools import lru_cache
from typing import Any

import graphene
import rules
from django.conf import settings
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql import OperationType as Kind
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from config.context import NotForForms, NotForProspects
from leads import tenancy
from leads.permissions import NotAllowed
from leads.tenancy import Viewer

from .extensions import CACHED_DOCUMENTS, SEVERAL_OPERATIONS
from .limits import MAX_QUERY_LENGTH, MAX_TOKENS, NoNulCharacters, limits
from .request import Refusal
from .tenancy import FOR_DEVELOPERS, root_fields

RULES = (limits(), NoNulCharacters, *specified_rules)
FOR_ALL_WITH_DEBUG = FOR_DEVELOPERS | {"__typename"}


class Reports:
    """A graphene schema that is only read, with what `ApiView` asks of a schema.

    Documents and verdicts are kept like those of the other API: the limits and the caches are the same.
    """

    def __init__(self, schema: graphene.Schema) -> None:
        self.schema = schema.graphql_schema
        self._checked = lru_cache(CACHED_DOCUMENTS)(self._check)

    def execute_sync(
        self,
        query: str,
        *,
        variable_values: dict[str, Any] | None,
        operation_name: str | None,
        context_value: Any,
        **_: Any,
    ) -> ExecutionResult:
        """Return the answer; an exception from anywhere is an error in it, which the view makes presentable."""
        try:
            document, errors = self._checked(query)
            self._refuse_writing(document, operation_name)
            if errors:
                return ExecutionResult(None, list(errors))
            viewer = _manager(context_value, root_fields(document, operation_name))
            if viewer is None:
                return self._run(document, variable_values, operation_name, context_value)
            with tenancy.within(viewer):
                return self._run(document, variable_values, operation_name, context_value)
        except (Refusal, CannotGetOperationTypeError, InvalidOperationTypeError):
            raise
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        except Exception as error:
            return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])

    def _check(self, query: str) -> tuple[DocumentNode, tuple[GraphQLError, ...]]:
        document = parse(query, max_tokens=MAX_TOKENS, max_source_length=MAX_QUERY_LENGTH)
        return document, tuple(validate(self.schema, document, RULES))

    def _refuse_writing(self, document: DocumentNode, name: str | None) -> None:
        """Raise an error unless there is one operation to run, and it is a query."""
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        wanted = [node for node in operations if name is None or (node.name and node.name.value == name)]
        if not wanted:
            raise CannotGetOperationTypeError(name)
        if any(node.operation is Kind.SUBSCRIPTION for node in wanted):
            raise InvalidOperationTypeError(OperationType.SUBSCRIPTION)
        if any(node.operation is Kind.MUTATION for node in wanted):
            raise Refusal(400, "mutation_not_supported", "This address only reads; changes go to /graphql/.")
        if len(wanted) > 1:
            raise GraphQLError(SEVERAL_OPERATIONS, extensions={"code": "operation_name_missing"})

    def _run(self, document: DocumentNode, variables: Any, name: str | None, context: Any) -> ExecutionResult:
        return execute_sync(
            self.schema, document, context_value=context, variable_values=variables, operation_name=name
        )


def _manager(context: Any, asked: set[str]) -> Viewer | None:
    """Return who asks; None where nobody needs to be known. Raise a DomainError for anybody but a manager."""
    if settings.DEBUG and asked <= FOR_ALL_WITH_DEBUG and not context.comes_with_token:
        return None
    viewer: Viewer = context.viewer
    if viewer.is_prospect:
        raise NotForProspects
    if viewer.form is not None:
        raise NotForForms
    if not rules.test_rule("read_reports", viewer):
        raise NotAllowed(f"Reports are for managers of {viewer.business.name}.")
    return viewer
