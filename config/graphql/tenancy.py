"""Every operation on a viewer's behalf, or not at all."""

from collections.abc import Iterator

from django.conf import settings
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

from config.context import ApiContext, NotForForms, NotForProspects
from leads import tenancy
from leads.domain.errors import DomainError

FOR_EVERYBODY = frozenset({"me", "__typename"})
FOR_DEVELOPERS = frozenset({"__schema", "__type"})
FOR_PROSPECTS = frozenset({"selfAssessment", "answerSelfAssessment", "submitSelfAssessment", "__typename"})
FOR_FORMS = frozenset({"submitInquiry", "__typename"})


class Tenancy(SchemaExtension):
    """Runs an operation within its viewer's business.

    Without a viewer only `me` is answered, and questions about the schema to those who are signed in
    and, with DEBUG, to all. A prospect is answered what is made for prospects, and nothing
    without a valid token; likewise a form.
    """

    def on_execute(self) -> Iterator[None]:
        context = self.execution_context.context
        document = self.execution_context.graphql_document
        assert document is not None
        asked = root_fields(document, self.execution_context.operation_name)
        try:
            viewer = context.viewer
        except DomainError as error:
            if context.comes_with_token or not asked <= _open_to_nobody(context):
                self._refuse(error)
            yield
            return
        if viewer.is_prospect and not asked <= FOR_PROSPECTS:
            self._refuse(NotForProspects())
            yield
            return
        if viewer.form is not None and not asked <= FOR_FORMS:
            self._refuse(NotForForms())
            yield
            return
        with tenancy.within(viewer):
            yield

    def _refuse(self, error: DomainError) -> None:
        refusal = GraphQLError(error.message, extensions={"code": error.code})
        self.execution_context.result = ExecutionResult(data=None, errors=[refusal])


def _open_to_nobody(context: ApiContext) -> frozenset[str]:
    """Return the root fields that are answered without a viewer."""
    return FOR_EVERYBODY | FOR_DEVELOPERS if settings.DEBUG or context.user.is_authenticated else FOR_EVERYBODY


def root_fields(document: DocumentNode, name: str | None) -> set[str]:
    """Return the names of the fields at the root of the operation to run."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    wanted = [node for node in operations if name is None or (node.name and node.name.value == name)]
    found: set[str] = set()
    pending: list[SelectionSetNode] = [node.selection_set for node in wanted]
    seen: set[str] = set()
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, FragmentSpreadNode):
                if node.name.value not in seen:
                    seen.add(node.name.value)
                    pending.append(fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
    return found
