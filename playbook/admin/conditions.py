"""Help with writing conditions of the playbook: what they may read, and what they mean or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from leads.admin.authoring.conditions import CONDITION, Readable, Vocabulary, checking, readable
from leads.admin.chosen import the_viewer
from leads.admin.reading import Table
from leads.admin.tenant import TenantAdmin
from leads.domain.rules import Kind, RuleError, compile_rule
from leads.domain.rules.english import Meaning
from leads.models import Attribute, Business
from leads.tenancy import Viewer
from playbook.domain.facts import ANSWER, FACTS
from playbook.services.facts import names_for

KINDS = {Kind.NUMBER: "Number", Kind.TEXT: "Text", Kind.YES_NO: "Yes or no", Kind.DATE: "Date", Kind.CHOICES: "Choices"}


def vocabulary_of(business: Business) -> Vocabulary:
    """Return what conditions of a business's playbook may read, in the order in which it is shown."""
    names = names_for(business)
    attributes = Attribute.objects.filter(business=business, archived_at__isnull=True).order_by("key")
    known = readable([each.spec for each in attributes], business.currency, recorded=False)
    entries = [Readable(key, names[key], Meaning(_label(key)), KINDS[names[key].kind]) for key in FACTS]
    entries += [entry for entry in known if entry.key not in FACTS]
    answers = sorted(key for key in names if key.startswith(ANSWER) and key not in {entry.key for entry in entries})
    entries += [
        Readable(key, names[key], Meaning(f"The answer to {key.removeprefix(ANSWER)}"), KINDS[names[key].kind])
        for key in answers
    ]
    return Vocabulary(entries)


def _label(key: str) -> str:
    """Return what a fact says, such as: An economic buyer is known."""
    said = FACTS[key].meaning.rstrip(".").removeprefix("Whether ")
    return said[0].upper() + said[1:]


def names_table(vocabulary: Vocabulary) -> Table:
    rows = [
        (entry.key, entry.meaning.label, entry.type, ", ".join(entry.name.choices or ()) or "–")
        for entry in vocabulary.entries
    ]
    return Table("What conditions may read", ("Name", "What it says", "Kind", "Values"), rows)


def readable_condition(text: str, viewer: Viewer) -> str:
    """Return the condition without blanks around it; raise ValidationError for one that cannot be read."""
    text = text.strip()
    if text:
        try:
            compile_rule(text, names_for(viewer.business))
        except RuleError as error:
            raise forms.ValidationError(error.message) from error
    return text


class WithConditions(TenantAdmin):
    """A page with conditions, which are completed, checked and said in English while somebody writes them."""

    change_form_template = "playbook/admin/with_conditions.html"

    class Media:
        js = ("leads/conditions.js", "leads/rows.js")

    def conditions(self, row: Any) -> Iterable[str]:
        """Return every condition that is saved in a row."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_check"
        return [path("check/", self.admin_site.admin_view(self.check_condition), name=name), *super().get_urls()]

    def check_condition(self, request: HttpRequest) -> HttpResponse:
        """Tell what a condition means, as somebody types it, or what is wrong with it."""
        return checking(request, vocabulary_of(the_viewer(request).business))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        row = self.get_object(request, object_id) if object_id else None
        vocabulary = vocabulary_of(the_viewer(request).business)
        saved = [(CONDITION, text) for text in self.conditions(row)] if row is not None else []
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_check")
        extra = {"help": vocabulary.offered(saved, address), "names": names_table(vocabulary)}
        return super().changeform_view(request, object_id, form_url, extra | (extra_context or {}))
