"""Webhooks: made with a secret that is shown once, changed, tried, given a new secret, archived."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import display

from leads.admin.chosen import the_viewer
from leads.admin.fields import switch
from leads.admin.reading import Badge, address_of, in_list, moment
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin, TenantForm
from leads.domain.errors import DomainError
from leads.services.lines import line
from playbook.models import Webhook
from playbook.services import webhooks

READ_ONLY = ("made", "state")
SWITCHES = ("try_it", "new_secret", "archive")


class WebhookForm(TenantForm):
    url = forms.CharField(label="Address", max_length=500)
    try_it = switch(label="Try it", help_text="Sends a call of the type test; Deliveries shows what came of it.")
    new_secret = switch(
        label="Make a new secret", help_text="The old one signs nothing from now on. The next page shows the new one."
    )
    archive = switch(label="Archive it", help_text="It is called no more. This cannot be undone: make a new one.")

    def clean_name(self) -> str:
        return self._read(lambda: line("name", self.cleaned_data["name"], webhooks.NAME_AT_MOST, required=True))

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        self._read(lambda: webhooks.address_of(url))
        return url

    def _read(self, read: Any) -> Any:
        try:
            return read()
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal


@admin.register(Webhook, site=site)
class WebhookAdmin(TenantAdmin):
    form = WebhookForm
    list_display = ("name", "url", "state", "made")
    search_fields = ("name", "url")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = (None, {"fields": ("name", "url")})
        if obj is None:
            return [asked]
        if obj.archived_at:
            return [(None, {"fields": READ_ONLY})]
        return [asked, ("Use", {"fields": READ_ONLY}), ("Do", {"fields": SWITCHES})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return READ_ONLY if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        viewer, now, given = the_viewer(request), timezone.now(), form.cleaned_data
        if not change:
            made = webhooks.create_webhook(name=obj.name, url=obj.url, by=viewer, now=now)
            obj.pk, obj.created_at, obj._state.adding = made.webhook.pk, now, False
            request.webhook_secret = made.secret  # type: ignore[attr-defined]
            return
        webhooks.change_webhook(webhook_id=obj.pk, name=obj.name, url=obj.url, by=viewer)
        if given.get("try_it"):
            webhooks.try_webhook(webhook_id=obj.pk, by=viewer, now=now)
            messages.info(request, "A test is being sent; Deliveries shows what comes of it.")
        if given.get("new_secret"):
            request.webhook_secret = webhooks.rotate_secret(webhook_id=obj.pk, by=viewer).secret  # type: ignore[attr-defined]
        if given.get("archive"):
            webhooks.archive_webhook(webhook_id=obj.pk, by=viewer, now=now)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._secret_shown(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if hasattr(request, "webhook_secret"):
            return self._secret_shown(request, obj)
        return super().response_change(request, obj)

    def _secret_shown(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show the secret, here and never again: a message on the next page would wait in a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"The secret of {obj.name}",
            "secret": getattr(request, "webhook_secret", ""),
            "webhook_address": address_of(obj),
            "media": self.media,
        }
        return TemplateResponse(request, "playbook/admin/webhook_secret.html", context)

    @display(description="state")
    def state(self, webhook: Webhook) -> str:
        return in_list(Badge("Archived", "no") if webhook.archived_at else Badge("In use", "yes"))

    @display(description="made")
    def made(self, webhook: Webhook) -> str:
        return moment(webhook.created_at)
