"""Help with writing conditions of the playbook: what they may read, and what they mean or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from leads.admin.authoring.conditions import CONDITION, Readable, Vocabulary, checking, readable
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code
from leads.admin.reading import Table
from leads.admin.tenant import TenantAdmin
from leads.domain.rules import Kind, RuleError, compile_rule
from leads.domain.rules.english import Meaning
from leads.selectors import attributes_of
from leads.tenancy import Viewer
from playbook.services.facts import names_for
from playbook.services.play_vocabulary import vocabulary

KINDS = {Kind.NUMBER: "Number", Kind.TEXT: "Text", Kind.YES_NO: "Yes or no", Kind.DATE: "Date", Kind.CHOICES: "Choices"}


def conditions_help(viewer: Viewer) -> Vocabulary:
    """Return what conditions of a business's playbook may read, for help while somebody writes one."""
    specs = [row.spec for row in attributes_of(viewer).values()]
    known = {entry.key: entry for entry in readable(specs, viewer.business.currency, recorded=False)}
    return Vocabulary(
        [
            known.get(each.key) or Readable(each.key, each.name, Meaning(_label(each.meaning)), KINDS[each.name.kind])
            for each in vocabulary(viewer).names
        ]
    )


def _label(meaning: str) -> str:
    """Return what a yes-or-no fact says where it holds, such as: An economic buyer is known; of others the meaning."""
    said = meaning.rstrip(".").removeprefix("Whether ")
    return said[0].upper() + said[1:]


def names_table(viewer: Viewer) -> Table:
    rows = [
        (
            Code(each.key),
            KINDS[each.name.kind],
            each.meaning,
            Code(", ".join(each.name.choices)) if each.name.choices else "–",
        )
        for each in vocabulary(viewer).names
    ]
    return Table("What conditions can read", ("Name", "Kind", "What it is", "Values"), rows)


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

    def names(self, viewer: Viewer) -> list[Table]:
        """Return what can be written on the page, to be looked up."""
        return [names_table(viewer)]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_check"
        return [path("check/", self.admin_site.admin_view(self.check_condition), name=name), *super().get_urls()]

    def check_condition(self, request: HttpRequest) -> HttpResponse:
        """Tell what a condition means, as somebody types it, or what is wrong with it."""
        return checking(request, conditions_help(the_viewer(request)))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        viewer = the_viewer(request)
        row = self.get_object(request, object_id) if object_id else None
        saved = [(CONDITION, text) for text in self.conditions(row)] if row is not None else []
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_check")
        extra = {"help": conditions_help(viewer).offered(saved, address), "names": self.names(viewer), "row": row}
        return super().changeform_view(request, object_id, form_url, extra | (extra_context or {}))
