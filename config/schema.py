"""The API for frontends: what the apps offer, put together."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from assessments.graphql.authoring import TemplateMutation, TemplateQuery
from assessments.graphql.findings import FindingsMutation
from assessments.graphql.guiding import GuidingMutation
from assessments.graphql.links import NODES as LINKS_NODES
from assessments.graphql.links import LinksMutation
from assessments.graphql.live import LiveSubscription as AssessmentsSubscription
from assessments.graphql.mutations import Conflicts
from assessments.graphql.mutations import Mutation as AssessmentsMutation
from assessments.graphql.queries import NODES as ASSESSMENTS_NODES
from assessments.graphql.queries import Query as AssessmentsQuery
from assessments.graphql.self_assessment import ProspectMutation, ProspectQuery, SelfAssessmentConflicts
from config.graphql.direct import RootOptimizer, straighten
from config.graphql.extensions import extensions
from config.graphql.idempotency import tell_refusals
from config.graphql.tenancy import Tenancy
from leads.graphql.authoring import AuthoringMutation, AuthoringQuery
from leads.graphql.connection import PAGE_AT_MOST
from leads.graphql.inquiries import InquiriesMutation, InquiriesQuery
from leads.graphql.lifecycle import LifecycleMutation, LifecycleQuery
from leads.graphql.live import LiveSubscription as LeadsSubscription
from leads.graphql.merging import MergingMutation
from leads.graphql.mutations import Mutation as LeadsMutation
from leads.graphql.queries import NODES
from leads.graphql.queries import Query as LeadsQuery
from leads.graphql.results import Refusals
from leads.graphql.working_time import WorkingTimeMutation, WorkingTimeQuery
from playbook.graphql.deliveries import DeliveriesMutation, DeliveriesQuery
from playbook.graphql.hand_off_rules import HandOffRulesMutation
from playbook.graphql.hand_offs import NODES as HAND_OFF_NODES
from playbook.graphql.hand_offs import HandOffsMutation, HandOffsQuery
from playbook.graphql.plays import NODES as PLAYS_NODES
from playbook.graphql.plays import PlaysMutation, PlaysQuery
from playbook.graphql.process import NODES as PROCESS_NODES
from playbook.graphql.process import ProcessMutation, ProcessQuery
from playbook.graphql.queue import QueueQuery, QueueSubscription
from playbook.graphql.stalling import NODES as STALLING_NODES
from playbook.graphql.stalling import StallingMutation, StallingQuery
from playbook.graphql.steps import NODES as STEPS_NODES
from playbook.graphql.steps import StepsMutation, StepsQuery

NODES.update(
    ASSESSMENTS_NODES | LINKS_NODES | HAND_OFF_NODES | PLAYS_NODES | PROCESS_NODES | STALLING_NODES | STEPS_NODES
)


@strawberry.type(description="What can be read.")
class Query(
    DeliveriesQuery,
    HandOffsQuery,
    ProcessQuery,
    PlaysQuery,
    StallingQuery,
    AssessmentsQuery,
    ProspectQuery,
    TemplateQuery,
    AuthoringQuery,
    LifecycleQuery,
    WorkingTimeQuery,
    InquiriesQuery,
    QueueQuery,
    StepsQuery,
    LeadsQuery,
):
    pass


@strawberry.type(description="What can be changed. Every mutation answers its object or an OperationInfo.")
class Mutation(
    DeliveriesMutation,
    HandOffsMutation,
    HandOffRulesMutation,
    ProcessMutation,
    PlaysMutation,
    StallingMutation,
    AssessmentsMutation,
    FindingsMutation,
    GuidingMutation,
    LinksMutation,
    ProspectMutation,
    TemplateMutation,
    AuthoringMutation,
    LifecycleMutation,
    WorkingTimeMutation,
    InquiriesMutation,
    MergingMutation,
    StepsMutation,
    LeadsMutation,
):
    pass


@strawberry.type(description="What can be watched, at `/graphql/stream/`: sent as it is now, and whenever it changed.")
class Subscription(AssessmentsSubscription, QueueSubscription, LeadsSubscription):
    pass


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    extensions=extensions(Tenancy, RootOptimizer),
    exception_handlers=[Conflicts(), SelfAssessmentConflicts(), Refusals()],
    config=StrawberryConfig(relay_max_results=PAGE_AT_MOST, relay_use_legacy_global_id=False),
)
straighten(schema)
tell_refusals(schema)
