"""The enums and numbers of the reports, named, described and written as everywhere else."""

from decimal import Decimal as Number
from enum import Enum
from typing import Any

import graphene
from django.db import models
from graphene_django.converter import convert_django_field
from graphql import GraphQLError, ValueNode, value_from_ast_untyped

from leads.domain.level_and_stage import LevelAndStage
from leads.domain.opportunities import OpportunityStatus
from leads.domain.qualification import Decision
from leads.domain.reasons import ReasonKind
from leads.domain.stages import Level, Stage
from leads.meanings import MEANINGS, Meaning
from leads.models import LeadOutcome, Role, Status, StayKind

ENUMS: dict[type[Enum], Any] = {}
"""The enums of the domain as those of the API. An upper app adds its own by `describe`."""


def describe(found: type[Enum], meaning: Meaning) -> None:
    """Make an enum of the domain one of the API, each value described."""

    def described(value: Enum | None) -> str:
        return meaning.description if value is None else meaning.values[value]

    ENUMS[found] = graphene.Enum.from_enum(found, name=meaning.name, description=described)


for _enum in (
    *(Stage, Level, LeadOutcome, Decision, Role, Status),
    *(LevelAndStage, OpportunityStatus, ReasonKind, StayKind),
):
    describe(_enum, MEANINGS[_enum])


class Decimal(graphene.Decimal):
    """A decimal number as text, such as "12.50"; so that no digit is lost on the way."""

    @classmethod
    def parse_literal(cls, node: ValueNode, _variables: Any = None) -> Any:
        return cls.parse_value(value_from_ast_untyped(node))

    @staticmethod
    def parse_value(value: Any) -> Number:
        try:
            return Number(str(value))
        except ArithmeticError as error:
            raise GraphQLError(f'Value cannot represent a Decimal: "{value}".') from error


@convert_django_field.register(models.DecimalField)
def _decimal(field: models.DecimalField, registry: Any = None) -> Decimal:
    return Decimal(required=not field.null)
