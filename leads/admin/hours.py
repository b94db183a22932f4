"""The page on which a manager writes when the business works."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from unfold.widgets import UnfoldBooleanWidget

from leads import selectors
from leads.admin.chosen import the_viewer
from leads.admin.fields import DayInput, line, paragraph, select
from leads.domain.errors import DomainError
from leads.domain.working_time import Span, Weekday, WorkingWeek, add_days, due, is_working
from leads.domain.writing_hours import HOLIDAYS_AT_MOST, NAME_AT_MOST, HolidaySpec, check_holidays, read_clock
from leads.models import Business, Holiday, WorkingSpan
from leads.services import working_time
from leads.services.working_time import SPANS_AT_MOST, WrittenSpan, working_calendar
from leads.tenancy import Viewer

LINES_AT_MOST = 20_000  # characters
EXAMPLE = timedelta(hours=4)


class CalendarChanged(DomainError):
    code = "stale_revision"


class Rows(forms.BaseFormSet):
    """Rows of which those that are left empty, and those to be removed, count for nothing."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].widget = UnfoldBooleanWidget()
        form.fields["DELETE"].label = "Remove"

    @property
    def written(self) -> list[dict[str, Any]]:
        kept = [form for form in self.forms if form.has_changed()]
        return [form.cleaned_data for form in kept if not form.cleaned_data.get("DELETE")]


class SpanForm(forms.Form):
    weekday = select(choices=[("", "Choose a day"), *((str(day.value), day.label) for day in Weekday)])
    opens = line(max_length=5, label="Opens")
    closes = line(max_length=5, label="Closes")

    def clean_opens(self) -> str:
        return _clock(self.cleaned_data["opens"], "opens")

    def clean_closes(self) -> str:
        return _clock(self.cleaned_data["closes"], "closes")


def _clock(text: str, field: str) -> str:
    try:
        read_clock(text, field=field)
    except DomainError as refusal:
        raise forms.ValidationError(refusal.message) from refusal
    return text


class SpanRows(Rows):
    def clean(self) -> None:
        found: dict[int, list[Span]] = {}
        for span in self.spans if not any(self.errors) else ():
            read = Span(read_clock(span.opens, field="opens"), read_clock(span.closes, field="closes"))
            found.setdefault(span.weekday, []).append(read)
        _refuse(lambda: WorkingWeek.of(found))

    @property
    def spans(self) -> list[WrittenSpan]:
        return [WrittenSpan(Weekday(int(row["weekday"])), row["opens"], row["closes"]) for row in self.written]


class HolidayForm(forms.Form):
    date = forms.DateField(widget=DayInput)
    name = line(max_length=NAME_AT_MOST)
    every_year = forms.BooleanField(widget=UnfoldBooleanWidget, required=False, label="Every year")


class HolidayRows(Rows):
    def clean(self) -> None:
        if not any(self.errors):
            _refuse(lambda: check_holidays(self.holidays))

    @property
    def holidays(self) -> list[HolidaySpec]:
        return [HolidaySpec(row["date"], row["name"], row["every_year"]) for row in self.written]


def _refuse(check: Any) -> None:
    try:
        check()
    except DomainError as refusal:
        raise forms.ValidationError(refusal.message) from refusal


class ImportForm(forms.Form):
    lines = paragraph(
        6,
        max_length=LINES_AT_MOST,
        label="Holidays, one a line",
        help_text="Year, month and day, then the name, such as 2026-12-25 Christmas Day. What is listed already is "
        "passed over; if a line cannot be read, none is added.",
    )


SpanSet: Any = forms.formset_factory(
    SpanForm, formset=SpanRows, extra=2, can_delete=True, max_num=SPANS_AT_MOST, validate_max=True
)
HolidaySet: Any = forms.formset_factory(
    HolidayForm, formset=HolidayRows, extra=2, can_delete=True, max_num=HOLIDAYS_AT_MOST, validate_max=True
)


def show_hours(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the week and the holidays as rows, and take them as a whole, or lines of holidays."""
    viewer = the_viewer(request)
    spans, holidays, lines = _read(viewer.business)
    if request.method == "POST" and "import" in request.POST:
        lines = ImportForm(request.POST)
        if lines.is_valid() and (said := _import(lines, viewer)):
            messages.success(request, said)
            return redirect("admin:working_time")
    elif request.method == "POST":
        spans, holidays = SpanSet(request.POST, prefix="spans"), HolidaySet(request.POST, prefix="holidays")
        if all([spans.is_valid(), holidays.is_valid()]) and _save(request, viewer, spans, holidays):
            return redirect("admin:working_time")
    shown = {
        **context,
        "title": "Working time",
        "media": forms.Media(js=["leads/hours.js"]),
        "is_popup": False,
        "business": viewer.business,
        "spans": spans,
        "holidays": holidays,
        "import_form": lines,
        "state": request.POST.get("state") or _state(viewer.business),
        **_example(viewer.business, timezone.now()),
    }
    return TemplateResponse(request, "leads/admin/hours.html", shown)


def _save(request: HttpRequest, viewer: Viewer, spans: Any, holidays: Any) -> bool:
    try:
        with transaction.atomic():
            selectors.take_turn(viewer.business)
            if request.POST.get("state") != _state(viewer.business):
                raise CalendarChanged(
                    "Somebody changed this page meanwhile. Nothing was saved: open the page again, then decide."
                )
            working_time.set_working_hours(spans=spans.spans, by=viewer)
            working_time.set_holidays(holidays=holidays.holidays, by=viewer)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, "Saved. Due times follow these hours from now on.")
    return True


def _import(form: ImportForm, viewer: Viewer) -> str:
    """Return what was done; empty if the form says now what is wrong."""
    try:
        added = working_time.import_holidays(text=form.cleaned_data["lines"], by=viewer)
    except DomainError as refusal:
        form.add_error("lines", refusal.message)
        return ""
    if not added:
        return "All of these holidays were listed already."
    return "One holiday was added." if added == 1 else f"{added} holidays were added."


def _read(business: Business) -> tuple[Any, Any, ImportForm]:
    """Return the page's forms with what is kept."""
    spans = [
        {"weekday": str(row.weekday), "opens": row.written[0], "closes": row.written[1]}
        for row in WorkingSpan.objects.filter(business=business)
    ]
    holidays = Holiday.objects.filter(business=business).values("date", "name", "every_year")
    return SpanSet(prefix="spans", initial=spans), HolidaySet(prefix="holidays", initial=list(holidays)), ImportForm()


def _state(business: Business) -> str:
    """Return what tells whether somebody changed the rows since the page was read."""
    rows = [
        *WorkingSpan.objects.filter(business=business).values_list("weekday", "opens", "closes"),
        *Holiday.objects.filter(business=business).values_list("date", "name", "every_year"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


def _example(business: Business, now: datetime) -> dict[str, Any]:
    """Return what the saved hours come to at this moment, in words."""
    calendar = working_calendar(business)
    said = {"now": _said(now, business), "is_open": is_working(now, calendar)}
    try:
        later = due(now, EXAMPLE, calendar), add_days(now, 1, calendar)
    except DomainError as refusal:
        return said | {"wrong": refusal.message}
    return said | {"due_in_hours": _said(later[0], business), "due_in_days": _said(later[1], business)}


def _said(moment: datetime, business: Business) -> str:
    return date_format(moment.astimezone(business.zone), "l, j F Y, H:i")
