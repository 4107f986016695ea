"""To which machines a webhook may go; ranges are those of IANA's special-purpose registries."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from api.delivery.addresses import is_public, require_url, target_of
from geo.errors import WatchRefused

PRIVATE = (
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "224.0.1.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1"),
    *("::ffff:1.1.1.1", "64:ff9b::7f00:1", "64:ff9b::101:101", "64:ff9b:1::1", "100::1"),
    *("2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:101:101::1", "fc00::1", "fd12::1"),
    *("fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "ff0e::1", "3fff::1", "5f00::1"),
)
PUBLIC = ("1.1.1.1", "8.8.8.8", "41.79.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1")


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(WatchRefused, match="not at a public address"):
        target_of("https://hooks.example.org/x", (), lambda _host, _port: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_reached_by_its_number_under_its_name(address: str) -> None:
    target = target_of("https://hooks.example.org/x?y=1", (), lambda _host, _port: [address])
    number = f"[{address}]" if ":" in address else address
    assert target.url == f"https://{number}:443/x?y=1"
    assert (target.host, target.host_header) == ("hooks.example.org", "hooks.example.org")


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(WatchRefused):
        target_of("https://h.example.org/", (), lambda _h, _p: ["1.1.1.1", "10.0.0.1"])


def test_a_name_is_resolved_once() -> None:
    """A second answer (DNS rebinding) is never asked for: the connection goes to the number."""
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    target = target_of("https://rebind.example.org/", (), lambda _h, _p: answers.pop(0))
    assert str(target.address) == "1.1.1.1"
    assert len(answers) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.org/", "http://example.org/", "https:///x", "example.org", "https://"),
        *("https://user:pass@example.org/", "https://user@example.org/", "https://a b.org/"),
        *("https://example.org:22/", "https://example.org:99999/", "https://10.0.0.1/"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/"),
        *("https://exa\nmple.org/", "https://éxample.org/", "https://127.0.0.1:8443/"),
        *("https://example.org/\x01", "https://example.org/\x7f", "https://example.org/a?\x1b=1"),
        "https://example.org/" + "a" * 2000,
    ],
)
def test_addresses_that_their_form_forbids(url: str) -> None:
    with pytest.raises(WatchRefused):
        require_url(url, ())


def test_other_spellings_of_a_number_are_judged_as_resolved() -> None:
    """The system resolves 127.1 and 2130706433 as 127.0.0.1."""
    for host in ("127.1", "2130706433", "0x7f000001"):
        with pytest.raises(WatchRefused, match="not at a public"):
            target_of(f"https://{host}/", ())


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        (("127.0.0.0/8",), "http://127.0.0.1:9000/x"),
        (("127.0.0.1",), "http://127.0.0.1:9000/x"),
        (("hooks.intern",), "http://hooks.intern:9000/x"),
        (("*.intern",), "http://a.b.intern:9000/x"),
    ],
)
def test_an_administrator_allows_others(allow: tuple[str, ...], url: str) -> None:
    target = target_of(url, allow, lambda _host, _port: ["127.0.0.1"])
    assert target.url == "http://127.0.0.1:9000/x"


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        (("10.0.0.0/8",), "http://127.0.0.1:9000/x"),
        (("intern",), "http://hooks.intern:9000/x"),
        (("*.intern",), "http://intern:9000/x"),
        (("*.intern",), "http://evilintern:9000/x"),
    ],
)
def test_what_was_not_allowed_stays_refused(allow: tuple[str, ...], url: str) -> None:
    with pytest.raises(WatchRefused):
        target_of(url, allow, lambda _host, _port: ["127.0.0.1"])


def test_a_network_that_is_allowed_opens_names_that_lead_into_it_over_tls() -> None:
    target = target_of("https://hooks.example.org/x", ("10.0.0.0/8",), lambda _h, _p: ["10.0.0.1"])
    assert str(target.address) == "10.0.0.1"
