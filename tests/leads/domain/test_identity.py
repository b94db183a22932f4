"""By what records are taken for the same."""

import pytest

from leads.domain.identity import (
    Likeness,
    domain_key,
    email_key,
    in_words,
    organization_key,
    person_key,
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme", "acme"),
        ("  ACME,  Inc. ", "acme"),
        ("Acme GmbH", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Société Générale S.A.", "societe generale"),
        ("Philips B.V.", "philips"),
        ("Foo Sp. z o.o.", "foo"),
        ("Tiffany & Co.", "tiffany"),
        ("L'Oréal", "loreal"),
        ("L’Oréal", "loreal"),
        ("Ørsted A/S", "orsted a s"),
        ("GmbH Software", "gmbh software"),
        ("AG", "ag"),
        ("日本電気", "日本電気"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_names_of_companies(name, key):
    assert organization_key(name) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("acme.com", "acme.com"),
        ("https://www.Acme.com:443/contact?x=1", "acme.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("shop.acme.com", "shop.acme.com"),
        ("gmail.com", ""),
        ("www.GMX.de", ""),
        ("", ""),
    ],
)
def test_domains(text, key):
    assert domain_key(text) == key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Ann.Berg@Acme.com", "ann.berg@acme.com"),
        ("ann+fair@acme.com", "ann@acme.com"),
        ("a.n.n+x@gmail.com", "ann@gmail.com"),
        ("ann@googlemail.com", "ann@gmail.com"),
        ("a.nn@acme.com", "a.nn@acme.com"),
        ("+x@acme.com", "+x@acme.com"),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_addresses(address, key):
    assert email_key(address) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ann Berg", "ann berg"),
        ("BERG, Ann", "ann berg"),
        ("Prof. Dr. Ann Berg", "ann berg"),
        ("Jean-Luc  Picard", "jean luc picard"),
        ("Berg, Ann, PhD", "berg ann phd"),
        ("Dr.", "dr"),
        ("", ""),
    ],
)
def test_names_of_people(name, key):
    assert person_key(name) == key


def test_why_is_said_in_words():
    assert in_words((Likeness.SAME_DOMAIN, Likeness.SAME_NAME)) == "Same domain and same name"
