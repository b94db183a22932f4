from django.urls import include, path

from config.context import ApiContext
from config.graphql.view import ApiView
from config.schema import schema


class Api(ApiView):
    def get_context(self, request, response):
        return ApiContext(request, response)


urlpatterns = [
    path("graphql/", Api.as_view(schema=schema), name="graphql"),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
]
