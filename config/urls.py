from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.generic import RedirectView

from assessments.pages.prospect import prospect
from config.context import ApiContext
from config.graphql.reports import Reports
from config.graphql.stream import streaming
from config.graphql.view import ApiView
from config.pages import summary
from config.reporting_schema import schema as reporting_schema
from config.schema import schema
from leads.admin import site


class Api(ApiView):
    """An endpoint with our context."""

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Any:
        return ApiContext(request, response)


def not_found(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": 404}, status=404)


urlpatterns = [
    path("graphql/", Api.as_view(schema=schema), name="graphql"),
    path("graphql/stream/", streaming(Api(schema=schema)), name="stream"),
    path("graphql/reporting/", Api.as_view(schema=Reports(reporting_schema)), name="reporting"),
    # An address is given by one's business; taking another one unverified would take its invitations.
    path("_allauth/browser/v1/account/email", not_found),
    path("_allauth/", include("allauth.headless.urls")),
    path("prospect/<str:token>/", prospect, name="prospect"),
    # A redirect would be answered without the headers that keep the token to oneself.
    path("prospect/<str:token>", prospect),
    path("diagnoses/<str:diagnosis>/summary/", summary, name="summary"),
    path("admin/", site.urls),
    path("accounts/", include("allauth.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="graphql")))
