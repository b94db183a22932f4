"""Stall risks, and lost leads held against what was predicted, as managers read them."""

from typing import Any

import graphene
from django.db.models import Count, Q

from playbook.domain.stalling import Foreseen
from playbook.models import LossReview


class LossCount(graphene.ObjectType):
    class Meta:
        description = "How many leads were lost for one reason, and of how many that had been predicted."

    key = graphene.String(required=True, description="The reason's key.")
    label = graphene.String(required=True, description="What a person reads.")
    lost = graphene.Int(required=True, description="How many leads were lost for it, imported ones left out.")
    foreseen = graphene.Int(required=True, description="A risk that was present then predicted it.")
    not_foreseen = graphene.Int(required=True, description="The risks that were present predicted other reasons only.")
    nothing_predicted = graphene.Int(required=True, description="No risk that was present predicted a reason.")


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    loss_counts = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(LossCount))),
        description="For which reasons leads were lost, and how often that had been foreseen; most frequent first.",
    )

    def resolve_loss_counts(root: Any, info: Any) -> list[dict[str, Any]]:
        reviews = LossReview.objects.visible_to(info.context.viewer).order_by().values("cause__key", "cause__label")
        counted = reviews.annotate(
            lost=Count("pk"),
            foreseen_then=Count("pk", filter=Q(foreseen=Foreseen.YES.value)),
            not_foreseen=Count("pk", filter=Q(foreseen=Foreseen.NO.value)),
            nothing_predicted=Count("pk", filter=Q(foreseen=Foreseen.NOTHING_PREDICTED.value)),
        )
        return [
            {
                "key": line["cause__key"],
                "label": line["cause__label"],
                "lost": line["lost"],
                "foreseen": line["foreseen_then"],
                "not_foreseen": line["not_foreseen"],
                "nothing_predicted": line["nothing_predicted"],
            }
            for line in counted.order_by("-lost", "cause__key")
        ]
