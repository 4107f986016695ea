"""The settings of an identity provider: whole or not at all, and reached by TLS."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import IdentityProvider, Settings
from geo.errors import SetupError

ISSUER = "MABELE_OIDC_ISSUER"
CLIENT = "MABELE_OIDC_CLIENT_ID"
SECRET = "MABELE_OIDC_CLIENT_SECRET_FILE"
BY_EMAIL = "MABELE_OIDC_BY_EMAIL"


def load(tmp_path: Path, **changes: str) -> IdentityProvider | None:
    (tmp_path / "secret").write_text("secret")
    given = {
        "DATABASE_URL": "postgresql://owner@localhost/mabele",  # no place for a cluster of its own
        "MABELE_DATA_DIR": str(tmp_path),
        ISSUER: "https://id.example.cd",
        CLIENT: "mabele",
        SECRET: str(tmp_path / "secret"),
    }
    return Settings.load(given | changes).oidc


def test_a_provider_is_read_whole(tmp_path: Path) -> None:
    expected = IdentityProvider("https://id.example.cd", "mabele", tmp_path / "secret")
    assert load(tmp_path) == expected
    by_email = load(tmp_path, **{BY_EMAIL: "yes"})
    assert by_email is not None
    assert by_email.by_email


def test_without_any_of_it_there_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, **{ISSUER: "", CLIENT: "", SECRET: ""}) is None


@pytest.mark.parametrize("missing", [ISSUER, CLIENT, SECRET])
def test_a_part_alone_is_refused_by_name(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SetupError, match=f"needs {missing} too"):
        load(tmp_path, **{missing: " "})


@pytest.mark.parametrize("issuer", ["http://id.example.cd", "id.example.cd", "https://", "ftp://x"])
def test_an_issuer_that_can_be_overheard_is_refused(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(SetupError, match="Write it with https://"):
        load(tmp_path, **{ISSUER: issuer})


def test_a_secret_that_is_not_there_and_a_strange_answer_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no such file"):
        load(tmp_path, **{SECRET: str(tmp_path / "nowhere")})
    with pytest.raises(SetupError, match="must be yes or no"):
        load(tmp_path, **{BY_EMAIL: "perhaps"})
