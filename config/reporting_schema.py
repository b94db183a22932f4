"""The API for reports: what the apps offer, put together. It has no mutations."""

import graphene

from assessments.reporting import Query as AssessmentsQuery
from leads.reporting.lifecycle import LifecycleQuery
from leads.reporting.queries import Query as LeadsQuery
from playbook.reporting.hand_offs import Query as HandOffsQuery
from playbook.reporting.plays import Query as PlaysQuery
from playbook.reporting.process import Query as ProcessQuery
from playbook.reporting.stalling import Query as StallingQuery
from playbook.reporting.steps import Query as StepsQuery


class Query(
    HandOffsQuery,
    ProcessQuery,
    PlaysQuery,
    StallingQuery,
    StepsQuery,
    AssessmentsQuery,
    LifecycleQuery,
    LeadsQuery,
    graphene.ObjectType,
):
    class Meta:
        description = "What can be read, by managers."


schema = graphene.Schema(query=Query)
