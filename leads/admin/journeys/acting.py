"""Pages on which something can be done with a row, each thing by a form of its own that calls a service."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from leads.admin.chosen import the_viewer
from leads.admin.refusals import add_refusal
from leads.admin.tenant import ReadOnlyAdmin
from leads.domain.errors import DomainError
from leads.selectors import StaleRevision
from leads.tenancy import Viewer

LEAVE_ANYWAY = "Needed where exit criteria of the phase that only warn do not hold."


class ActsOnRows(ReadOnlyAdmin):
    """`acts` are the forms by name; each takes the row under the name of its model, and the viewer."""

    acts: Mapping[str, Any] = {}

    def forms(self, row: Any, viewer: Viewer) -> Mapping[str, BaseForm]:
        """Return the forms that the page of a row offers, by name."""
        return {}

    def get_urls(self) -> list[Any]:
        acts = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.act),
                {"name": name},
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name in self.acts
        ]
        return [*acts, *super().get_urls()]

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do what a form of the page asks for, or show the page with what is wrong."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        back = HttpResponseRedirect(reverse(page, args=[row.pk]))
        if request.method != "POST":
            return back
        viewer = the_viewer(request)
        form = self.acts[name](request.POST, viewer=viewer, **{str(self.opts.model_name): row})
        if form.is_valid():
            try:
                messages.success(request, form.apply(timezone.now()))
            except StaleRevision as refusal:
                # The page below shows the row as it is now, so that is what one decides by next.
                form.data = {**request.POST.dict(), "revision": str(row.revision)}
                add_refusal(form, refusal)
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                return back
        return self.show(request, row, {"forms": {**self.forms(row, viewer), name: form}})
