"""Reference and secret: the same for ever for one number, and readable from paper."""

from __future__ import annotations

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from geo.casework.consultation.identity import (
    claim_of,
    key_hash,
    reference_as_kept,
    secret_hash,
)

KEY = bytes(range(32))
numbers = st.uuids(version=4)


def test_a_claim_is_the_hmac_that_another_tool_computes() -> None:
    """OpenSSL 3.0.19: openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00 of the bytes
    "mabele objection reference" (or secret) and 7f1c0c1e…2c3d; the digits in base 32 are counted
    from the lowest bits: …127a ends in 11010, 26, T; before it 10011, 19, K; …
    """
    claim = claim_of(bytes(32), uuid.UUID("7f1c0c1e-5b7a-4d2e-9a51-0d5f6a1b2c3d"))
    for letters, digest, groups in (
        (
            claim.reference.removeprefix("OBJ-"),
            "7b59bb131e0260965f43b4ada038833960c35996faedc4885d7ac19f1a50127a",
            2,
        ),
        (
            claim.secret,
            "51f102ee0da2912b4b4d5b010e13eb5cf253f7b56e24d6378b9e3eb1c25d54de",
            5,
        ),
    ):
        bits = f"{int(digest, 16):0256b}"
        values = [int(bits[256 - 5 * (n + 1) : 256 - 5 * n], 2) for n in range(5 * groups)]
        expected = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value] for value in values)
        assert letters.replace("-", "") == expected
    assert (claim.reference, claim.secret) == (
        "OBJ-TK405-DWK1P",
        "Y6NT5-17PYH-7QRVR-T4HVA-VVFAJ",
    )


@given(numbers)
def test_what_is_copied_by_hand_is_still_the_same(number: uuid.UUID) -> None:
    claim = claim_of(KEY, number)
    assert re.fullmatch(r"OBJ(-[0-9A-HJKMNP-TV-Z]{5}){2}", claim.reference)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}", claim.secret)
    misread = claim.secret.lower().replace("0", "o").replace("1", "i").replace("-", "  ")
    assert secret_hash(misread) == secret_hash(claim.secret)
    copied = " " + claim.reference.lower().replace("-", " ").replace("obj", "obj-")
    assert reference_as_kept(copied) == claim.reference


@given(numbers, numbers)
def test_two_numbers_have_nothing_in_common(one: uuid.UUID, other: uuid.UUID) -> None:
    if one == other:
        return
    first, second = claim_of(KEY, one), claim_of(KEY, other)
    assert first.reference != second.reference
    assert first.secret != second.secret
    assert key_hash(one) != key_hash(other)
    assert claim_of(bytes(32), one) != first
