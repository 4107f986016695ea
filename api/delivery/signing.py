"""Signs a feed: enveloped XML-DSig, ECDSA P-256 with SHA-256, exclusive canonical form (RFC 4287).

Anybody verifies it by the certificate of this server (docs/watches.md).
"""

from __future__ import annotations

from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from api.delivery.keys import WatchKeys


def signed(document: etree._Element, keys: WatchKeys) -> bytes:
    """Return the document with its signature as the last child of its root, in UTF-8."""
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    whole = signer.sign(document, key=keys.signing_key, cert=[keys.certificate])
    content: bytes = etree.tostring(whole, xml_declaration=True, encoding="utf-8")
    return content
