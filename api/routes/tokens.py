"""Tokens of programs: made, listed and revoked by a person who signed in at a browser."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import STORABLE, AtABrowser, Placed, SameOrigin, Shared
from api.tokens import LONGEST_DAYS, TokenRow, make_token, revoke_token, tokens_of

router = APIRouter(prefix="/tokens", tags=["session"], dependencies=[Placed])


class TokenOrder(BaseModel):
    """What a token is for, how long it is good, and whether it may administer."""

    name: str = Field(min_length=1, max_length=100, pattern=STORABLE)
    days: int = Field(ge=1, le=LONGEST_DAYS)
    scope: Literal["administer"] | None = None


class Token(BaseModel):
    """A token as it is listed."""

    id: int
    name: str
    scope: Literal["administer"] | None
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: TokenRow) -> Token:
        """Return the token as the owner sees it."""
        return cls(
            id=row.id,
            name=row.name,
            scope="administer" if row.administers else None,
            made_at=row.made_at,
            expires_at=row.expires_at,
            last_used_on=row.last_used_on,
            revoked_at=row.revoked_at,
        )


class NewToken(Token):
    """A token just made, with the secret that is shown this once."""

    token: str


@router.post("", status_code=201, dependencies=[SameOrigin])
def create_token(
    viewer: AtABrowser, services: Shared, order: TokenOrder, response: Response
) -> NewToken:
    """Make a token for a program; it is in this answer and nowhere else."""
    administers = order.scope == "administer"
    row, token = make_token(
        services.engine, viewer, order.name, order.days, administers=administers
    )
    response.headers["Cache-Control"] = "no-store"
    return NewToken(**Token.of(row).model_dump(), token=token)


@router.get("")
def list_tokens(viewer: AtABrowser, services: Shared, response: Response) -> list[Token]:
    """Return one's own tokens, the newest first, ended ones too."""
    response.headers["Cache-Control"] = "no-store"
    return [Token.of(row) for row in tokens_of(services.engine, viewer)]


@router.delete("/{token_id}", status_code=204, dependencies=[SameOrigin])
def delete_token(viewer: AtABrowser, services: Shared, token_id: int) -> Response:
    """Revoke one of one's own tokens."""
    revoke_token(services.engine, viewer, token_id)
    return Response(status_code=204)
