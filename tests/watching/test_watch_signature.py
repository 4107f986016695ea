"""Signed feeds: verified by hand with lxml and cryptography, and by signxml; changes are found.

The hand-made path knows nothing of our code: it takes the certificate, canonicalises (exclusive
C14N), and checks digest and ECDSA signature as XML-DSig (RFC 6931) says.
"""

from __future__ import annotations

import base64
import hashlib
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import signxml
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree
from signxml.verifier import XMLVerifier

from api.delivery.keys import WatchKeys, watch_keys
from api.delivery.signing import signed
from api.settings import Settings
from api.watch_feeds import FeedPage, atom_of
from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import Told
from geo.errors import SetupError

DS = "{http://www.w3.org/2000/09/xmldsig#}"
ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAMESPACE = UUID("3f2b8a1e-0000-4000-8000-000000000001")


def told(number: int, name: str = "Kalonda Mining SARL", **facts: object) -> Told:
    """A grant as it is read."""
    return Told(
        id=number,
        revision=number,
        at=AT + timedelta(minutes=number),
        kind=EventKind.GRANT,
        subject="title:5",
        title_id=5,
        host_title_id=None,
        names=(name,),
        facts={"change": "opened", "code": "PR 5", "cells": 4, "legal_area_ha": "339.820", **facts},
        box=(25.0, -10.7, 25.1, -10.6),
        meets="inside",
    )


def page(*entries: Told, title: str = "Ma zone") -> FeedPage:
    """A first page of a feed."""
    own = "/api/v1/feeds/public.atom?lang=fr"
    return FeedPage(
        NAMESPACE, "x", title, "fr", "https://cadastre.example.cd", own, own, None, AT, entries
    )


@pytest.fixture
def keys(tmp_path: Path) -> WatchKeys:
    return watch_keys(Settings.load({"MABELE_DATA_DIR": str(tmp_path)}), lambda: AT)


def verify_by_hand(content: bytes, certificate_pem: bytes) -> None:
    """Check a feed as a stranger would. Raises InvalidSignature or AssertionError."""
    root = etree.fromstring(content)
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    info = signature.find(f"{DS}SignedInfo")
    method = info.find(f"{DS}SignatureMethod").get("Algorithm")
    assert method == "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    reference = info.find(f"{DS}Reference")
    assert reference.get("URI") == ""
    assert len(info.findall(f"{DS}Reference")) == 1
    signed_info = etree.tostring(info, method="c14n", exclusive=True)
    value = base64.b64decode(signature.findtext(f"{DS}SignatureValue"))
    digest = base64.b64decode(reference.findtext(f"{DS}DigestValue"))
    root.remove(signature)
    body = etree.tostring(root, method="c14n", exclusive=True)
    assert hashlib.sha256(body).digest() == digest, "the feed was changed"
    r, s = (int.from_bytes(value[at : at + 32], "big") for at in (0, 32))
    key = x509.load_pem_x509_certificate(certificate_pem).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(encode_dss_signature(r, s), signed_info, ec.ECDSA(hashes.SHA256()))


def test_anybody_verifies_a_feed_by_its_certificate(keys: WatchKeys) -> None:
    content = signed(atom_of(page(told(1), told(2))), keys)
    verify_by_hand(content, keys.certificate_pem)


def test_another_library_verifies_it(keys: WatchKeys) -> None:
    content = signed(atom_of(page(told(1))), keys)
    expected = signxml.SignatureConfiguration(
        signature_methods=frozenset({signxml.SignatureMethod.ECDSA_SHA256})
    )
    found = XMLVerifier().verify(
        content, x509_cert=keys.certificate_pem.decode(), expect_config=expected
    )
    assert found.signed_xml.tag == f"{ATOM}feed"


def test_one_changed_letter_is_found(keys: WatchKeys) -> None:
    content = signed(atom_of(page(told(1))), keys)
    for old, new in ((b"PR 5", b"PR 6"), (b"339,820", b"339,821"), (b"Kalonda", b"Kalondo")):
        assert content.count(old)
        with pytest.raises(AssertionError, match="changed"):
            verify_by_hand(content.replace(old, new, 1), keys.certificate_pem)


def test_every_byte_of_an_entry_is_under_the_signature(keys: WatchKeys) -> None:
    """Each byte of the first entry flipped in turn: refused, or no XML any more."""
    content = signed(atom_of(page(told(1))), keys)
    start, end = content.index(b"<entry>"), content.index(b"</entry>")
    for at in range(start, end):
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises((AssertionError, InvalidSignature, etree.XMLSyntaxError)):
            verify_by_hand(flipped, keys.certificate_pem)


def test_the_signature_of_another_key_is_refused(keys: WatchKeys, tmp_path: Path) -> None:
    other = watch_keys(Settings.load({"MABELE_DATA_DIR": str(tmp_path / "other")}), lambda: AT)
    content = signed(atom_of(page(told(1))), other)
    with pytest.raises(InvalidSignature):
        verify_by_hand(content, keys.certificate_pem)


def test_no_text_breaks_out_of_the_feed(keys: WatchKeys) -> None:
    evil = "</title><script>alert(1)</script>&\x00\x08\x1b\ud800\ufffe]]>"
    content = signed(atom_of(page(told(1, name=evil, code=evil), title=evil)), keys)
    verify_by_hand(content, keys.certificate_pem)
    root = etree.fromstring(content)
    assert not list(root.iter("{*}script"))
    assert root.findtext(f"{ATOM}title") == "</title><script>alert(1)</script>&]]>"
    assert "<script>" in root.findtext(f"{ATOM}entry/{ATOM}summary")


def test_a_feed_has_what_atom_asks_for(keys: WatchKeys) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: id, title, updated, author; in entries id, title, updated."""
    root = atom_of(page(told(1), told(2)))
    for tag in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{tag}")) == 1, tag
    ids = set()
    for entry in root.iterfind(f"{ATOM}entry"):
        for tag in ("id", "title", "updated", "summary"):
            assert len(entry.findall(f"{ATOM}{tag}")) == 1, tag
        assert entry.find(f"{ATOM}link[@rel='alternate']").get("href").startswith("https://")
        ids.add(entry.findtext(f"{ATOM}id"))
    assert len(ids) == 2
    assert root.findtext(f"{ATOM}updated") == "2026-03-02T08:01:00Z"
    assert root.findtext(".//{http://www.georss.org/georss}box") == (
        "-10.700000 25.000000 -10.600000 25.100000"
    )


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    settings = Settings.load({"MABELE_DATA_DIR": str(tmp_path)})
    first, again = (watch_keys(settings, lambda: AT) for _ in range(2))
    assert first.certificate_pem == again.certificate_pem
    assert first.server_key == again.server_key
    for name in ("feed_signing.key", "watch.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    (tmp_path / "feed_signing.key").chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        watch_keys(settings, lambda: AT)


def test_a_certificate_of_another_key_is_refused_with_the_remedy(tmp_path: Path) -> None:
    for name in ("a", "b"):
        watch_keys(Settings.load({"MABELE_DATA_DIR": str(tmp_path / name)}), lambda: AT)
    (tmp_path / "b" / "feed_signing.crt").write_bytes(
        (tmp_path / "a" / "feed_signing.crt").read_bytes()
    )
    with pytest.raises(SetupError, match="Remove it"):
        watch_keys(Settings.load({"MABELE_DATA_DIR": str(tmp_path / "b")}), lambda: AT)
