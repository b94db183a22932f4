"""What managers do with forms on websites, and the one thing that a form may do."""

from typing import Annotated

import strawberry
import strawberry_django

from leads import models, permissions, services
from leads.domain.inquiries import PER_DAY, PER_MINUTE, TooManyInquiries
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.queries import NEEDED, NODES
from leads.graphql.results import OperationInfo
from leads.graphql.types.inquiries import InquiryForm
from leads.graphql.values import AttributeValueInput, values_in

NODES["InquiryForm"] = models.InquiryForm
NEEDED["InquiryForm"] = "manage_inquiry_forms"


@strawberry.type(description="A new form. Only this answer has its token: it is not kept.")
class InquiryFormMade:
    form: InquiryForm = strawberry.field(description="The form.")
    token: str = strawberry.field(description="What its website sends as `X-Form`.")


@strawberry.type(description="The inquiry was received. What became of it is nobody's business outside.")
class InquiryReceived:
    received: bool = strawberry.field(description="Always true.")


InquiryFormMadeResult = Annotated[
    InquiryFormMade | OperationInfo,
    strawberry.union("InquiryFormMadeResult", description="The new form, or why none was made."),
]
InquiryFormResult = Annotated[
    InquiryForm | OperationInfo,
    strawberry.union("InquiryFormResult", description="The form as it is now, or why nothing was changed."),
]
InquiryReceivedResult = Annotated[
    InquiryReceived | OperationInfo,
    strawberry.union("InquiryReceivedResult", description="That it was received, or what to mend in what was given."),
]


@strawberry.type
class InquiriesQuery:
    @strawberry_django.field(description="The forms that hand in inquiries, newest first. For managers.")
    def inquiry_forms(self, info: strawberry.Info) -> list[InquiryForm]:
        permissions.require(info.context.viewer, "manage_inquiry_forms")
        return models.InquiryForm.objects.visible_to(info.context.viewer)  # type: ignore[return-value]


@strawberry.type
class InquiriesMutation:
    @strawberry.mutation(description="Make a form that may hand in inquiries, with a token of its own. For managers.")
    def make_inquiry_form(
        self,
        info: strawberry.Info,
        name: Annotated[str, described("What people here call it.")],
        source: Annotated[str, described("What its leads say of where they came from; by default the name.")] = "",
        per_minute: Annotated[int, described("How many inquiries it may hand in in a minute.")] = PER_MINUTE,
        per_day: Annotated[int, described("How many inquiries it may hand in in a day.")] = PER_DAY,
        origins: Annotated[
            list[str] | None,
            described("The websites that may use it, such as https://www.example.com; by default all."),
        ] = None,
    ) -> InquiryFormMadeResult:
        made = services.make_inquiry_form(
            name=name,
            source=source,
            per_minute=per_minute,
            per_day=per_day,
            origins=origins or [],
            by=info.context.viewer,
            now=info.context.now,
        )
        return InquiryFormMade(form=made.form, token=made.token)  # type: ignore[arg-type]

    @strawberry.mutation(description="Let a form hand in nothing from now on, for good. For managers.")
    def revoke_inquiry_form(
        self, info: strawberry.Info, form: Annotated[strawberry.ID, described("The form's global id.")]
    ) -> InquiryFormResult:
        revoked = services.revoke_inquiry_form(
            form_id=pk_of(form, "InquiryForm"), by=info.context.viewer, now=info.context.now
        )
        return fresh(info, revoked)

    @strawberry.mutation(
        description="Hand in an inquiry from a website, with a form's token in `X-Form` and nothing else. The answer "
        "is the same whether or not the organization is known."
    )
    def submit_inquiry(
        self,
        info: strawberry.Info,
        contact_name: Annotated[str, described("Who asks; at most 200 characters.")],
        email: Annotated[str, described("Where to answer.")],
        organization_name: Annotated[
            str, described("Where they work; needed unless the domain or the address tells.")
        ] = "",
        organization_domain: Annotated[str, described("Its domain or address on the web, such as example.com.")] = "",
        phone: Annotated[str, described("Telephone number; at most 50 characters.")] = "",
        job_title: Annotated[str, described("Job title; at most 200 characters.")] = "",
        message: Annotated[str, described("What they write; at most 5,000 characters.")] = "",
        wants_conversation: Annotated[bool, described("True: they ask to be called or met.")] = False,
        values: Annotated[
            list[AttributeValueInput] | None, described("Answers, of attributes that forms may ask for (`inForms`).")
        ] = None,
        page: Annotated[str, described("The page with the form; at most 1,000 characters.")] = "",
        campaign: Annotated[str, described("What brought them there; at most 200 characters.")] = "",
        website2: Annotated[
            str, described("A trap: hide this field from people. What has it filled is dropped without a word.")
        ] = "",
    ) -> InquiryReceivedResult:
        inquiry = services.Inquiry(
            contact_name=contact_name,
            email=email,
            organization_name=organization_name,
            organization_domain=organization_domain,
            phone=phone,
            job_title=job_title,
            message=message,
            page=page,
            campaign=campaign,
            wants_conversation=wants_conversation,
            trap=website2,
        )
        context = info.context
        try:
            services.submit_inquiry(
                inquiry=inquiry, values=values_in(values or [], context), by=context.viewer, now=context.now
            )
        except TooManyInquiries as refusal:
            context.response["Retry-After"] = str(refusal.retry_after)
            raise
        return InquiryReceived(received=True)
