"""Forms on websites: made with a token that is shown once, changed, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import display

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.fields import paragraph, switch
from leads.admin.reading import Badge, address_of, in_list, moment
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin, TenantForm
from leads.domain.errors import DomainError
from leads.domain.inquiries import checked_origins, outside_line
from leads.models import InquiryForm

READ_ONLY = ("made", "used", "state")


class InquiryFormForm(TenantForm):
    websites = paragraph(
        required=False,
        help_text="The addresses of the websites that may use this form, one a line, such as https://www.example.com. "
        "Empty: every website.",
    )
    revoked = switch(
        label="Take it back",
        help_text="The form hands in nothing from now on. This cannot be undone: make a new form instead.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["websites"] = "\n".join(self.instance.origins)

    def clean(self) -> Any:
        cleaned = super().clean()
        for name in ("name", "source"):
            self._take(name, lambda name=name: outside_line(name, self.cleaned_data.get(name, ""), 200))
        self._take("websites", self._origins)
        return cleaned

    def _take(self, name: str, read: Any) -> None:
        """Keep what is read of a field, or say beside it why it cannot be."""
        if name in self.fields and name not in self.errors:
            try:
                self.cleaned_data[name] = read()
            except DomainError as refusal:
                self.add_error(name, refusal.message)

    def _origins(self) -> str:
        self.instance.origins = checked_origins(self.cleaned_data.get("websites", "").splitlines())
        return "\n".join(self.instance.origins)


@admin.register(InquiryForm, site=site)
class InquiryFormAdmin(TenantAdmin):
    form = InquiryFormForm
    list_display = ("name", "state", "used", "made")
    search_fields = ("name", "source")
    labels = {"per_minute": "Inquiries a minute", "per_day": "Inquiries a day", "source": "Source of its leads"}
    help_texts = {
        "name": "What you call it, such as Contact page or Webinar sign-up.",
        "source": "What leads that begin with it say of where they came from. Empty: its name.",
        "per_minute": "More than so many within a minute are refused, so that nobody can flood you.",
        "per_day": "More than so many within 24 hours are refused.",
    }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked: tuple[str, ...] = ("name", "source", "websites", "per_minute", "per_day")
        if obj is None:
            return [(None, {"fields": asked})]
        revocable: tuple[str, ...] = () if obj.revoked_at else ("revoked",)
        return [(None, {"fields": (*asked, *revocable)}), ("Use", {"fields": READ_ONLY})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return READ_ONLY if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the form with its token, or change it; what it handed in meanwhile stays counted."""
        viewer, now = the_viewer(request), timezone.now()
        if not change:
            made = services.make_inquiry_form(
                name=obj.name,
                source=obj.source,
                per_minute=obj.per_minute,
                per_day=obj.per_day,
                origins=obj.origins,
                by=viewer,
                now=now,
            )
            obj.pk, obj.created_at, obj._state.adding = made.form.pk, made.form.created_at, False
            request.inquiry_token = made.token  # type: ignore[attr-defined]
            return
        obj.source = obj.source or obj.name
        obj.save(update_fields=("name", "source", "origins", "per_minute", "per_day"))
        if form.cleaned_data.get("revoked"):
            services.revoke_inquiry_form(form_id=obj.pk, by=viewer, now=now)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Show the token, here and never again: a message on the next page would wait in a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"The token of {obj.name}",
            "token": getattr(request, "inquiry_token", ""),
            "address": request.build_absolute_uri("/graphql/"),
            "form_address": address_of(obj),
            "media": self.media,
        }
        return TemplateResponse(request, "leads/admin/inquiry_token.html", context)

    @display(description="state")
    def state(self, form: InquiryForm) -> str:
        return in_list(Badge("Taken back", "no") if form.revoked_at else Badge("In use", "yes"))

    @display(description="last inquiry")
    def used(self, form: InquiryForm) -> str:
        return moment(form.last_used_at)

    @display(description="made")
    def made(self, form: InquiryForm) -> str:
        return moment(form.created_at)
