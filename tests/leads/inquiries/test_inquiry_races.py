"""Inquiries at the same time: one lead for one organization, and never more than a form's share."""

import pytest

from leads import services
from leads.domain.inquiries import TooManyInquiries
from leads.models import Contact, Engagement, Lead, Organization
from leads.tenancy import inquiry_form
from tests.assessments.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 200


def test_two_inquiries_of_one_organization_make_one_lead(manager, business, now):
    forms = [
        services.make_inquiry_form(name=name, per_minute=10_000, per_day=10_000, by=manager, now=now).form.pk
        for name in ("One", "Two")
    ]

    def hands_in(form, name):
        def hand_in(number):
            inquiry = services.Inquiry(name, f"{name}@company{number}.example", organization_name=f"{name} {number}")
            services.submit_inquiry(inquiry=inquiry, values={}, by=inquiry_form(business, form), now=now)

        return hand_in

    outcomes = race(ROUNDS, hands_in(forms[0], "ann"), hands_in(forms[1], "bob"))

    assert outcomes == [[None, None]] * ROUNDS
    assert Lead.objects.count() == Organization.objects.count() == ROUNDS
    assert Contact.objects.count() == Engagement.objects.count() == 2 * ROUNDS


def test_a_form_never_hands_in_more_than_its_share(manager, business, now):
    form = services.make_inquiry_form(name="One", per_minute=51, by=manager, now=now).form.pk

    def hand_in(number):
        inquiry = services.Inquiry("Ann", "ann@initech.example")
        services.submit_inquiry(inquiry=inquiry, values={}, by=inquiry_form(business, form), now=now)

    outcomes = race(ROUNDS // 4, hand_in, hand_in)

    found = [one for pair in outcomes for one in pair]
    assert found.count(None) == Engagement.objects.count() == 51
    assert {type(one) for one in found if one is not None} == {TooManyInquiries}
    assert Lead.objects.count() == 1
