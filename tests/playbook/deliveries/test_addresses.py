"""Where webhooks may lead."""

import pytest

from playbook.domain.addresses import Address, AddressRefused, checked, may_be_called

PUBLIC = "no host of the public internet"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.com", Address("https", "example.com", 443, "/")),
        ("https://Example.com:443/hooks?a=b", Address("https", "example.com", 443, "/hooks?a=b")),
        ("https://example.com./x", Address("https", "example.com", 443, "/x")),
        ("https://93.184.215.14/", Address("https", "93.184.215.14", 443, "/")),
        ("https://[2606:4700::1111]/", Address("https", "2606:4700::1111", 443, "/")),
        ("https://xn--bcher-kva.example/", Address("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_addresses_of_the_public_internet_are_taken(url, parts):
    assert checked(url) == parts


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.com/", "begins with https://"),
        ("ftp://example.com/", "begins with https://"),
        ("//example.com/", "begins with https://"),
        ("example.com", "begins with https://"),
        ("", "Write the address in ASCII"),
        ("https://", "This is no address"),
        ("https:///x", "This is no address"),
        ("https://user@example.com/", "user name and password"),
        ("https://user:word@example.com/", "user name and password"),
        ("https://@example.com/", "user name and password"),
        ("https://example.com:8443/", "Port 8443 is not called, only 443."),
        ("https://example.com:99999/", "This is no address"),
        ("https://example.com/#x", "part after #"),
        ("https://exa mple.com/", "without blanks"),
        ("https://example.com/\r\nHost: other", "without blanks"),
        ("https://example.com\\@127.0.0.1/", "without blanks"),
        ("https://bücher.example/", "in ASCII"),
        ("https://ⓔxample.com/", "in ASCII"),
        ("https://example..com/", "This is no address"),
        ("https://-x.example.com/", "This is no address"),
        ("https://[::1", "This is no address"),
        ("https://localhost/", PUBLIC),
        ("https://redis/", PUBLIC),
        ("https://db.internal/", PUBLIC),
        ("https://printer.local./", PUBLIC),
        ("https://a.LOCALHOST/", PUBLIC),
        ("https://127.0.0.1/", PUBLIC),
        ("https://10.1.2.3/", PUBLIC),
        ("https://169.254.169.254/latest/meta-data", PUBLIC),
        ("https://[::1]/", PUBLIC),
        ("https://[::ffff:10.0.0.1]/", PUBLIC),
        ("https://127.1/", "as four numbers"),
        ("https://2130706433/", "as four numbers"),
        ("https://0x7f.0.0.1/", "as four numbers"),
        ("https://0x7f000001/", "as four numbers"),
        ("https://0177.0.0.1/", "as four numbers"),
        (f"https://example.com/{'x' * 490}", "That is too long: at most 500 characters."),
    ],
)
def test_every_other_address_is_refused(url, says):
    with pytest.raises(AddressRefused, match=says) as refused:
        checked(url)

    assert refused.value.field == "url"


def test_ports_are_called_that_are_named():
    assert checked("https://example.com:8443/", ports=[443, 8443]).port == 8443
    with pytest.raises(AddressRefused, match="only 443 or 8443"):
        checked("https://example.com:22/", ports=[8443, 443])


def test_developers_may_call_their_own_machine():
    assert checked("http://localhost:5000/x", allow_private=True) == Address("http", "localhost", 5000, "/x")
    assert checked("http://127.0.0.1", allow_private=True) == Address("http", "127.0.0.1", 80, "/")
    with pytest.raises(AddressRefused, match="user name and password"):
        checked("http://a:b@localhost/", allow_private=True)


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("::ffff:93.184.215.14", True),
        ("0.0.0.0", False),  # noqa: S104
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.2.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:100.64.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2001:db8::1", False),
        ("2001::1", False),
        ("2002:7f00:1::", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("2606:4700::1111%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("example.com", False),
    ],
)
def test_numbers_inside_networks_are_told_from_those_of_the_public_internet(number, may):
    assert may_be_called(number) is may
