"""What to ask: templates, and the rows that a draft is made of.

Rows exist for drafts only; publishing turns them into the version's document and removes them.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assessments.domain.template import Dimension, QuestionType
from leads.models import PublishedVersion, TenantModel
from leads.models.attributes import check_key
from leads.models.base import same_business
from leads.models.publishing import version_constraints

DIMENSIONS = [(dimension.value, dimension.value.capitalize()) for dimension in Dimension]
QUESTION_TYPES = [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in QuestionType]


class AssessmentTemplate(TenantModel):
    """A guided diagnosis that a business offers its salespeople; its versions have the questions."""

    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="assessment_template_key_once"),
            same_business("assessment_template"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(PublishedVersion):
    """One version of a template. The fields below exist for a draft only, as do the rows that hang on it.

    Of price and share, low and high are empty where the likely value is exact.
    """

    template = models.ForeignKey(AssessmentTemplate, models.PROTECT, related_name="versions")
    language = models.CharField(max_length=10, default="en")
    propose_when = models.TextField(
        blank=True, help_text="A condition on what is known of a lead; empty: for every lead that no other is for."
    )
    urgency_question = models.CharField(
        max_length=500, blank=True, help_text="The prospect's own urgency from 0 to 10, asked first and last."
    )
    offer_name = models.CharField(max_length=200, blank=True)
    price_low = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    price_likely = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Of the first year."
    )
    price_high = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    share_low = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    share_likely = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="How much of the problem's cost we can take away, in percent.",
    )
    share_high = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    required_return = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Times the price that must come back in a year.",
    )
    act_from = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Yearly cost from which prospects act."
    )
    nurture_days = models.PositiveIntegerField(default=90, help_text="When to look again if they will not act.")

    class Meta:
        ordering = ["template", "-number"]
        constraints = [*version_constraints("template_version", "template"), same_business("template_version")]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"


class DraftRow(TenantModel):
    """A part of a draft, in its place."""

    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


class Section(DraftRow):
    """One of the five dimensions of a diagnosis."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="sections")
    dimension = models.CharField(max_length=10, choices=DIMENSIONS)
    title = models.CharField(max_length=200)
    guidance = models.TextField(blank=True)

    class Meta(DraftRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["version", "dimension"], name="section_dimension_once"),
            same_business("section"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(DraftRow):
    """A question; which of its fields count depends on its type."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    key = models.CharField(max_length=63, validators=[check_key])
    text = models.CharField(max_length=500)
    type = models.CharField(max_length=20, choices=QUESTION_TYPES)
    why_we_ask = models.TextField(blank=True)
    listen_for = models.TextField(blank=True)
    show_when = models.TextField(blank=True, help_text="A condition; empty: always asked.")
    if_hidden = models.JSONField(null=True, blank=True, help_text="What rules read while it is hidden.")
    required = models.BooleanField(default=False)
    unit = models.CharField(max_length=40, blank=True)
    minimum = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    points_yes = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    points_no = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    scored = models.BooleanField(default=False, help_text="For scales: the value is the points.")
    attribute = models.CharField(max_length=63, blank=True, help_text="Key of what the answer is evidence for.")
    for_prospect = models.BooleanField(default=False, help_text="The prospect may answer it alone.")
    wording_override = models.CharField(
        max_length=500, blank=True, help_text="Why the question stays as it is although its wording was faulted."
    )

    class Meta(DraftRow.Meta):
        constraints = [same_business("question")]

    def __str__(self) -> str:
        return self.text


class Option(DraftRow):
    """One choice of a question."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    code = models.CharField(max_length=63)
    label = models.CharField(max_length=200)
    points = models.DecimalField(max_digits=7, decimal_places=2, default=0)

    class Meta(DraftRow.Meta):
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="option_code_once")]

    def __str__(self) -> str:
        return self.label


class Formula(DraftRow):
    """A named calculation over answers, attributes and the formulas before it."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="formulas")
    key = models.CharField(max_length=63, validators=[check_key])
    label = models.CharField(max_length=200)
    rule = models.TextField()
    unit = models.CharField(max_length=40, blank=True)
    cost_item = models.BooleanField(default=False, help_text="Money lost in a year: part of the problem's cost.")
    benchmark = models.CharField(max_length=300, blank=True, help_text="Shown beside it, never counted.")
    bands = models.JSONField(default=list, blank=True, help_text="What its value is called from which number on.")

    class Meta(DraftRow.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="formula_key_once")]

    def __str__(self) -> str:
        return self.label


class VerdictCondition(DraftRow):
    """One thing that must hold for one of the verdict's answers to be yes."""

    class Answer(models.TextChoices):
        GOOD_PROBLEM = "good_problem", "A good problem for us to solve"
        WILL_ACT = "will_act", "Big enough for the prospect to act"
        JUSTIFIES = "justifies", "Big enough to justify our solution"

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="verdict_conditions")
    answer = models.CharField(max_length=20, choices=Answer)
    label = models.CharField(max_length=200)
    rule = models.TextField()

    def __str__(self) -> str:
        return self.label


class StallRisk(DraftRow):
    """A named reason why the sale may be bogged down or lost."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="stall_risks")
    key = models.CharField(max_length=63, validators=[check_key])
    label = models.CharField(max_length=200)
    rule = models.TextField(help_text="True: the risk is there.")
    blocking = models.BooleanField(default=False, help_text="Otherwise it is to watch.")
    what_to_do = models.TextField(blank=True)

    class Meta(DraftRow.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="stall_risk_key_once")]

    def __str__(self) -> str:
        return self.label


class TestCase(DraftRow):
    """Answers and what they must lead to, checked when the draft is published."""

    __test__ = False

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="test_cases")
    name = models.CharField(max_length=200)
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict, blank=True)
    expected = models.JSONField(default=dict)
    on = models.DateField(null=True, blank=True, help_text="The day it happens on; empty: always the same one.")

    def __str__(self) -> str:
        return self.name
