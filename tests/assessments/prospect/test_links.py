"""Links for prospects: who may make them, for whom, and when they open no more."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.core import signing

from assessments.domain.self_assessment import LinkState
from assessments.models import Diagnosis, LinkKind, ProspectLink
from assessments.services.links import (
    NOT_VALID,
    LinkNotValid,
    find_link,
    opens,
    revoke_prospect_link,
    state_of,
    with_all,
)
from leads.models import Contact, Event, Lead, Role
from tests.assessments.prospect.conftest import contact_of, prospect_template
from tests.leads.conftest import refused as refused

SELF, SUMMARY = LinkKind.SELF_ASSESSMENT, LinkKind.SUMMARY


def fresh(link: ProspectLink) -> ProspectLink:
    return with_all(ProspectLink.objects.filter(pk=link.pk)).get()


def test_an_invitation_keeps_a_hash_and_never_the_secret(invite, diagnosis, contact, now):
    made = invite(diagnosis, contact, days=3)

    secret = made.token.split(".")[1]
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert made.link.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert made.link.expires_at == now + timedelta(days=3)
    assert find_link(made.token, SELF, now) == made.link
    columns = ProspectLink.objects.filter(pk=made.link.pk).values().get()
    assert secret not in str(columns)
    [event] = Event.objects.filter(kind="prospect_invited")
    assert secret not in str(event.data)


def test_a_link_is_valid_for_two_weeks_unless_told_otherwise(invite, diagnosis, contact, now):
    assert invite(diagnosis, contact).link.expires_at == now + timedelta(days=14)


@pytest.mark.parametrize("days", [-1, 0, 91, 10**9])
def test_a_link_that_never_or_hardly_ends_is_refused(invite, refused, diagnosis, contact, days):
    with refused("days_refused", "days"):
        invite(diagnosis, contact, days=days)


@pytest.mark.parametrize("days", [1, 90])
def test_the_first_and_the_last_number_of_days_are_taken(invite, diagnosis, contact, now, days):
    assert invite(diagnosis, contact, days=days).link.expires_at == now + timedelta(days=days)


@pytest.mark.parametrize("role", [Role.MARKETING, Role.VIEWER])
def test_who_may_not_diagnose_invites_and_revokes_nobody(invite, refused, join, business, diagnosis, link, now, role):
    by = join(business, role)

    with refused("not_allowed"):
        invite(diagnosis, link.contact, by=by)
    with refused("not_allowed"):
        revoke_prospect_link(link_id=link.pk, by=by, now=now)


def test_a_prospect_invites_and_revokes_nobody(invite, refused, ann, diagnosis, link, now):
    with refused("not_allowed"):
        invite(diagnosis, link.contact, by=ann)
    with refused("not_allowed"):
        revoke_prospect_link(link_id=link.pk, by=ann, now=now)


def test_a_stranger_invites_and_revokes_nobody(invite, refused, stranger, diagnosis, link, now):
    with refused("not_found", "diagnosis"):
        invite(diagnosis, link.contact, by=stranger)
    with refused("not_found", "link"):
        revoke_prospect_link(link_id=link.pk, by=stranger, now=now)


def test_only_a_contact_of_the_leads_organization_is_invited(invite, refused, make_organization, business, diagnosis):
    elsewhere = Contact.objects.create(
        business=business, organization=make_organization(business, "Hooli"), name="Gavin"
    )

    with refused("not_found", "contact"):
        invite(diagnosis, elsewhere)


def test_an_archived_contact_is_not_invited(invite, refused, diagnosis, contact, now):
    Contact.objects.update(archived_at=now)

    with refused("contact_archived", "contact"):
        invite(diagnosis, contact)


def test_a_summary_needs_a_completed_diagnosis_and_a_self_assessment_an_unfinished_one(
    invite, refused, diagnosis, contact, complete
):
    with refused("diagnosis_not_completed", "diagnosis"):
        invite(diagnosis, contact, SUMMARY)
    complete(diagnosis)
    with refused("diagnosis_not_open", "diagnosis"):
        invite(diagnosis, contact)

    assert invite(diagnosis, contact, SUMMARY).link.kind == SUMMARY


def test_a_paused_diagnosis_may_be_answered_by_the_prospect(invite, diagnosis, contact, now):
    Diagnosis.objects.update(status="paused", paused_at=now)

    assert find_link(invite(diagnosis, contact).token, SELF, now).diagnosis == diagnosis


def test_nobody_is_invited_to_a_closed_lead(invite, refused, diagnosis, contact):
    Lead.objects.update(stage="lost")

    with refused("lead_is_closed", "diagnosis"):
        invite(diagnosis, contact)


# --- Which tokens open -----------------------------------------------------------------------------


def closed_by(what: str, link: ProspectLink, now) -> None:
    changes = {
        "revoked": (ProspectLink, {"revoked_at": now}),
        "expired": (ProspectLink, {"expires_at": now}),
        "abandoned": (Diagnosis, {"status": "abandoned", "abandoned_at": now}),
        "completed": (Diagnosis, {"status": "completed", "completed_at": now}),
        "archived": (Contact, {"archived_at": now}),
        "lost": (Lead, {"stage": "lost"}),
        "disqualified": (Lead, {"stage": "disqualified"}),
    }
    model, values = changes[what]
    model.objects.update(**values)


STATES = {
    "revoked": LinkState.REVOKED,
    "expired": LinkState.EXPIRED,
    **dict.fromkeys(("abandoned", "completed", "archived", "lost", "disqualified"), LinkState.CLOSED),
}


@pytest.mark.parametrize("what", STATES)
def test_a_link_that_was_open_opens_no_more(invite, diagnosis, contact, now, what):
    made = invite(diagnosis, contact)
    assert find_link(made.token, SELF, now) == made.link
    assert state_of(fresh(made.link), now) is LinkState.OPEN

    closed_by(what, made.link, now)

    with pytest.raises(LinkNotValid) as refusal:
        find_link(made.token, SELF, now)
    assert (refusal.value.code, refusal.value.message) == ("link_not_valid", NOT_VALID)
    assert state_of(fresh(made.link), now) is STATES[what]


def test_a_link_opens_until_its_last_moment(invite, diagnosis, contact, now):
    made = invite(diagnosis, contact, days=1)
    end = now + timedelta(days=1)

    assert find_link(made.token, SELF, end - timedelta(seconds=1)) == made.link
    with pytest.raises(LinkNotValid):
        find_link(made.token, SELF, end)


def test_a_contact_who_moved_to_another_organization_has_no_link_any_more(
    invite, diagnosis, contact, business, make_organization, now
):
    made = invite(diagnosis, contact)
    Contact.objects.update(organization=make_organization(business, "Hooli"))

    assert state_of(fresh(made.link), now) is LinkState.CLOSED


def test_sent_answers_may_be_read_until_the_link_expires(invite, diagnosis, contact, now):
    made = invite(diagnosis, contact)
    ProspectLink.objects.update(submitted_at=now)

    assert find_link(made.token, SELF, now) == made.link
    assert state_of(fresh(made.link), now) is LinkState.SUBMITTED
    assert not opens(fresh(made.link), made.link.expires_at)
    closed_by("abandoned", made.link, now)
    assert not opens(fresh(made.link), now)


def test_each_token_opens_its_own_link_as_its_own_kind(invite, diagnosis, contact, now):
    first, second = invite(diagnosis, contact), invite(diagnosis, contact_of(diagnosis, "Bob"))

    assert find_link(first.token, SELF, now) == first.link
    assert find_link(second.token, SELF, now) == second.link
    assert find_link(first.token, None, now) == first.link
    with pytest.raises(LinkNotValid):
        find_link(first.token, SUMMARY, now)


def test_a_forged_token_opens_nothing(invite, diagnosis, contact, now):
    first, second = invite(diagnosis, contact), invite(diagnosis, contact_of(diagnosis, "Bob"))
    pk, secret, signature = first.token.split(".")
    resign = signing.Signer(salt="assessments.prospect_link", sep=".").sign
    forged = [
        *(first.token[:length] for length in range(len(first.token))),
        *(
            first.token[:at] + ("A" if first.token[at] != "A" else "B") + first.token[at + 1 :]
            for at in range(len(first.token))
        ),
        first.token + "x",
        first.token.upper(),
        f"{second.link.pk}.{secret}.{signature}",
        # Even who knew our key would need the secret.
        resign(f"{first.link.pk}.{second.token.split('.')[1]}"),
        resign(f"{first.link.pk}."),
        resign(f"{first.link.pk + 100}.{secret}"),
        resign(f"-{pk}.{secret}"),
        resign(f"x.{secret}"),
        signing.Signer(salt="another", sep=".").sign(f"{pk}.{secret}"),
        *("", ".", "..", "…", "\0", "null", "1", "🦊" * 50, "A" * 10_000),
    ]

    for token in forged:
        with pytest.raises(LinkNotValid) as refusal:
            find_link(token, SELF, now)
        assert refusal.value.message == NOT_VALID


def test_every_refusal_asks_the_database_once(invite, diagnosis, contact, now, django_assert_num_queries):
    made = invite(diagnosis, contact)
    ProspectLink.objects.update(expires_at=now)

    for token in (made.token, made.token[:-1], "", "x.y.z"):
        with django_assert_num_queries(1), pytest.raises(LinkNotValid):
            find_link(token, SELF, now)


def test_revoking_keeps_what_was_answered_and_says_who_did_it_first(link, rep, manager, now):
    ProspectLink.objects.update(answers={"kind": "mail"})

    revoke_prospect_link(link_id=link.pk, by=rep, now=now)
    again = revoke_prospect_link(link_id=link.pk, by=manager, now=now + timedelta(days=1))

    assert (again.revoked_at, again.revoked_by, again.answers) == (now, rep.membership, {"kind": "mail"})


def test_two_businesses_have_links_of_their_own(invite, start, stranger, diagnosis, contact, now):
    theirs = start(stranger, prospect_template())
    other = invite(theirs, contact_of(theirs, "Zoe"), by=stranger)
    ours = invite(diagnosis, contact)

    assert find_link(other.token, SELF, now).business == stranger.business
    assert find_link(ours.token, SELF, now).business == diagnosis.business
