"""Trying a template: a page that runs it as a salesperson would, and writes nothing of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from assessments.admin.trial_form import AnswerForm, FactsForm
from assessments.admin.trial_page import on_the_page
from assessments.services.trials import Trial, answer_trial, keep_trial, run_trial
from leads.admin.chosen import the_viewer
from leads.admin.tenant import TenantAdmin
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.domain.rules import Reason, Unknown
from leads.models import Status

RUNS_AT_MOST = 8  # kept in a session at a time
EMPTY: dict[str, Any] = {"answers": {}, "facts": {}, "skipped": [], "at": ""}


class TriesTemplates(TenantAdmin):
    """The page of a version, from which it is run. A run lives in the session of who runs it, and nowhere else."""

    def problems(self, draft: Any) -> Any:
        """Return in words what is wrong with a draft."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"runs": True, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.run)
        name = f"{self.opts.app_label}_{self.opts.model_name}_run"
        return [path("<path:object_id>/run/", view, name=name), *super().get_urls()]

    def run(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show where a run stands and what to ask next; a POST takes one step of it."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in ("GET", "HEAD", "POST") or not self.has_view_permission(request, version):
            raise PermissionDenied
        kept = _kept(request, version)
        try:
            trial = self._trial(request, version, kept)
        except DocumentRefused as refusal:
            problems = self.problems(version) or [str(problem) for problem in refusal.problems]
            context = {"title": f"{version} cannot be tried yet", "problems": problems}
            return self._page(request, version, context)
        question = request.POST.get("question") or request.GET.get("question", "")
        asked = trial.plan.questions.get(question) or trial.next(kept["skipped"], kept["at"])
        form = AnswerForm(asked, trial.answers.get(asked.key)) if asked else None
        facts = FactsForm(trial.plan.attributes, kept["facts"])
        if request.method == "POST":
            done = self._step(request, version, trial, kept)
            if isinstance(done, HttpResponse):
                return done
            form, facts = (done, facts) if isinstance(done, AnswerForm) else (form, done)
        context = on_the_page(trial, form.question if form else None, the_viewer(request).business.currency)
        return self._page(
            request, version, {**context, "title": f"Try {version}", "form": form, "facts_form": facts, "run": kept}
        )

    def _trial(self, request: HttpRequest, version: Any, kept: dict[str, Any]) -> Trial:
        return run_trial(
            version_id=version.pk,
            answers=kept["answers"],
            facts=kept["facts"],
            by=the_viewer(request),
            now=timezone.now(),
        )

    def _page(self, request: HttpRequest, version: Any, context: dict[str, Any]) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "media": self.media,
            "is_popup": False,
            "is_draft": version.status == Status.DRAFT,
            **context,
        }
        return TemplateResponse(request, "assessments/admin/run.html", whole)

    # --- Steps -----------------------------------------------------------------------------------

    def _step(
        self, request: HttpRequest, version: Any, trial: Trial, kept: dict[str, Any]
    ) -> HttpResponse | AnswerForm | FactsForm:
        """Take the step that was asked for, and go on; return the form that says what is wrong with it."""
        step = request.POST.get("step", "")
        question = trial.plan.questions.get(request.POST.get("question", ""))
        if step == "again":
            _keep(request, version, EMPTY)
        elif step == "facts":
            form = FactsForm(trial.plan.attributes, kept["facts"], request.POST)
            if not form.is_valid():
                return form
            _keep(request, version, {**kept, "facts": form.values})
        elif step == "keep":
            return self._keep_as_case(request, version, kept)
        elif question is not None and step == "skip":
            skipped = [*(key for key in kept["skipped"] if key != question.key), question.key]
            _keep(request, version, {**kept, "skipped": skipped, "at": question.key})
        elif question is not None and step == "take_back":
            answers = {key: value for key, value in kept["answers"].items() if key != question.key}
            _keep(request, version, {**kept, "answers": answers})
        elif question is not None and step in ("answer", "unknown"):
            answering = AnswerForm(question, trial.answers.get(question.key), request.POST)
            unknown = Unknown(Reason.DOES_NOT_KNOW, (question.key,))
            if step == "answer" and not answering.is_valid():
                return answering
            try:
                answers = answer_trial(trial, question.key, answering.value if step == "answer" else unknown)
            except DomainError as refusal:
                answering.refuse(refusal.message)
                return answering
            skipped = [key for key in kept["skipped"] if key != question.key]
            _keep(request, version, {**kept, "answers": answers, "skipped": skipped, "at": question.key})
        return redirect(self._run_address(version))

    def _keep_as_case(self, request: HttpRequest, version: Any, kept: dict[str, Any]) -> HttpResponse:
        try:
            case = keep_trial(
                version_id=version.pk,
                name=request.POST.get("name", ""),
                answers=kept["answers"],
                facts=kept["facts"],
                by=the_viewer(request),
                now=timezone.now(),
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect(self._run_address(version))
        messages.success(request, f"“{case}” is a test case now: it must come to what this run came to.")
        change = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[version.pk])
        return redirect(f"{change}#testcase-{case.pk}")

    def _run_address(self, version: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_run", args=[version.pk])


# --- In the session ------------------------------------------------------------------------------


def _name(request: HttpRequest, version: Any) -> str:
    return f"{request.user.pk}:{version.pk}"


def _kept(request: HttpRequest, version: Any) -> dict[str, Any]:
    runs = request.session.get("trials", {})
    return {**EMPTY, **runs.get(_name(request, version), {})}


def _keep(request: HttpRequest, version: Any, run: dict[str, Any]) -> None:
    """Keep a run; of many, those that were gone on with last."""
    name = _name(request, version)
    runs = {key: value for key, value in request.session.get("trials", {}).items() if key != name}
    request.session["trials"] = dict([*runs.items(), (name, run)][-RUNS_AT_MOST:])
