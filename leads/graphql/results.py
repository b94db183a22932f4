"""What a mutation answers when it refuses."""

from enum import Enum
from typing import Any

import strawberry
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from leads.domain.documents import DocumentRefused, Problem
from leads.domain.errors import DomainError
from leads.domain.stages import NotYourMove
from leads.permissions import NotAllowed
from leads.selectors import NotFound, StaleRevision


@strawberry.enum(description="What sort of refusal a message tells of.")
class MessageKind(Enum):
    VALIDATION = strawberry.enum_value("validation", description="What was given cannot be taken; mend it.")
    PERMISSION = strawberry.enum_value("permission", description="Your role may not do this.")
    NOT_FOUND = strawberry.enum_value("not_found", description="There is no such thing for you.")
    CONFLICT = strawberry.enum_value(
        "conflict", description="Somebody changed it meanwhile; read it again, then decide."
    )


@strawberry.type(description="One reason why nothing was changed.")
class OperationMessage:
    kind: MessageKind = strawberry.field(description="What sort of refusal this is.")
    code: str = strawberry.field(description="A stable code, such as `level_too_low`, to act upon.")
    message: str = strawberry.field(description="What to tell the person, in English.")
    field: str | None = strawberry.field(
        description="The argument, input field or attribute it is about, if it is about one; of a document that was "
        "refused, the path to the part, such as `sections[0].questions[2].show_when`."
    )


@strawberry.type(description="The answer of a mutation that changed nothing: why, and what to do about it.")
class OperationInfo:
    messages: list[OperationMessage] = strawberry.field(description="At least one.")


KINDS: dict[type[DomainError], MessageKind] = {
    NotAllowed: MessageKind.PERMISSION,
    NotYourMove: MessageKind.PERMISSION,
    NotFound: MessageKind.NOT_FOUND,
    StaleRevision: MessageKind.CONFLICT,
}


class Refusals(strawberry.ExceptionHandler[DomainError | ValidationError, OperationInfo]):
    """Turns the refusals of services into answers; everything else stays an error."""

    def handle(self, exception: DomainError | ValidationError, *, field: StrawberryField, info: Any) -> OperationInfo:
        if isinstance(exception, DocumentRefused):
            return OperationInfo(messages=[_about(problem, exception.code) for problem in exception.problems])
        if isinstance(exception, DomainError):
            kind = KINDS.get(type(exception), MessageKind.VALIDATION)
            message = OperationMessage(kind=kind, code=exception.code, message=exception.message, field=exception.field)
            return OperationInfo(messages=[message])
        fields = exception.message_dict if hasattr(exception, "error_dict") else {"": exception.messages}
        return OperationInfo(
            messages=[
                OperationMessage(kind=MessageKind.VALIDATION, code="invalid", message=text, field=_field(name))
                for name, texts in fields.items()
                for text in texts
            ]
        )


def _about(problem: Problem, code: str) -> OperationMessage:
    return OperationMessage(kind=MessageKind.VALIDATION, code=code, message=str(problem), field=problem.path or None)


def _field(name: str) -> str | None:
    """Return the name of a model's field as this API writes it, None for what is about the whole."""
    return to_camel_case(name) if name not in ("", NON_FIELD_ERRORS) else None
