"""What this app adds to `/graphql/reporting/`."""

from typing import Any

from assessments import models
from assessments.domain.template import Advice, Outlook
from assessments.filters import DiagnosisFilterSet
from assessments.meanings import MEANINGS
from assessments.models import DiagnosisStatus
from leads.domain.qualification import Decision
from leads.models import Status
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import describe
from leads.reporting.types import Lead, Membership

for _enum in (Advice, Outlook, DiagnosisStatus):
    describe(_enum, MEANINGS[_enum])


class AssessmentTemplate(Row):
    class Meta:
        model = models.AssessmentTemplate
        description = "A guided diagnosis that the business offers."
        columns = {"key": "Its stable name.", "name": "What a person reads.", "position": "Its place."}


class TemplateVersion(Row):
    class Meta:
        model = models.TemplateVersion
        description = "One version of a template, frozen when published."
        columns = {
            "number": "Counts within its template.",
            "checksum": "SHA-256 of its document; empty for a draft.",
            "published_at": "When it was published.",
            "retired_at": "When it was retired.",
        }

    needs = {"template": "template"}
    heavy = ("document",)

    status = choice(Status, "Where it stands in its life.")
    template = to_one(AssessmentTemplate, "The template that it is a version of.")


class Diagnosis(Row):
    class Meta:
        model = models.Diagnosis
        description = "One guided run of a template with one lead; its figures as they were at the last answer."
        columns = {
            "edition": "Is 1 as first begun, and one more with every amendment.",
            "amended_because": "Why it was amended; empty for the first edition.",
            "revision": "Counts what was done with it.",
            "started_at": "When it began.",
            "changed_at": "When something was last done with it.",
            "paused_at": "When it was paused; null unless it is.",
            "abandoned_at": "When it was given up; null if it was not.",
            "abandoned_because": "Why it was given up; empty if it was not.",
            "completed_at": "When it was completed; null while it runs.",
            "nurture_until": "When to look again, if the advice is to nurture.",
            "cost_low": "The yearly cost of the problem, at least.",
            "cost_likely": "The likely yearly cost of the problem, of what is known.",
            "cost_high": "The yearly cost of the problem, at most; null while part of it is unknown.",
        }

    needs = {"lead": "lead", "version": "version", "startedBy": "started_by", "completedBy": "completed_by"}
    heavy = ("answers", "facts", "skipped")

    lead = to_one(Lead, "The lead.")
    version = to_one(TemplateVersion, "The version of the template that it runs; pinned.")
    started_by = to_one(Membership, "Who began it.", required=False)
    completed_by = to_one(Membership, "Who completed it.", required=False)
    status = choice(DiagnosisStatus, "Running, paused, completed or abandoned.")
    advice = choice(Advice, "What the verdict recommends; tentative until completion.")
    outlook = choice(Outlook, "What the stall risks say of the sale.")
    good_problem_answer = choice(Decision, "Is this a good problem for us to solve?")
    will_act_answer = choice(Decision, "Is it big enough for the prospect to act?")
    justifies_answer = choice(Decision, "Is it big enough to justify our solution?")

    def resolve_good_problem_answer(self: Any, info: Any) -> str:
        return self.good_problem

    def resolve_will_act_answer(self: Any, info: Any) -> str:
        return self.will_act

    def resolve_justifies_answer(self: Any, info: Any) -> str:
        return self.justifies


DiagnosisFilter = input_of(
    DiagnosisFilterSet,
    "DiagnosisFilter",
    "Which diagnoses; all that is given must hold.",
    {"status": DiagnosisStatus, "advice": Advice, "outlook": Outlook},
)


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    diagnoses = pages(Diagnosis, "The guided diagnoses, newest first.", by=DiagnosisFilter)
