"""Errors as the web says them: problem details (RFC 9457) with a stable code, French or English.

One table maps the classes of ``geo.errors`` to a status and a sentence. What the table does not
name is unknown: the answer holds only a reference number, and the log holds the rest under it.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy.exc
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from geo.errors import (
    CaseError,
    FileChanged,
    GridError,
    GroundTaken,
    InputError,
    LawError,
    LawForbids,
    MabeleError,
    NeedsRuling,
    NoLegalBasis,
    NotFound,
    NotPermitted,
    RegisterBusy,
    RegisterError,
    SecondPersonNeeded,
    SetupError,
    StepRefused,
    WatchRefused,
)
from maps.style import Label, Language

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2

log = logging.getLogger("mabele.web")


class Refusal(MabeleError):
    """A request that HTTP itself refuses, before the domain is asked."""

    code = "refused"


class BadRequest(Refusal):
    """A part of the address or of the body is not what the route takes."""

    code = "bad_request"


class SignInRequired(Refusal):
    """The route needs a signed-in user."""

    code = "sign_in_required"


class SignInFailed(Refusal):
    """Name or password is wrong; nothing says which."""

    code = "sign_in_failed"


class TokenRefused(SignInFailed):
    """A program's token is unknown, expired, revoked, or its account is closed."""

    code = "token_refused"


class TwoCredentials(Refusal):
    """A request carries a program's token and a browser's session: nobody can be both."""

    code = "two_credentials"


class IdentityRefused(SignInFailed):
    """The identity provider's word does not open an account here."""

    code = "identity_refused"


class IdentityUnavailable(Refusal):
    """The identity provider does not answer as it should."""

    code = "identity_unavailable"


class UnknownHost(Refusal):
    """The request came under a name that is none of this server's."""

    code = "unknown_host"


class OriginRefused(Refusal):
    """A changing request came from another site, or did not say from where."""

    code = "origin_refused"


class TooLarge(Refusal):
    """A request is longer than any that this server could take."""

    code = "too_large"


class Overloaded(Refusal):
    """Every place is taken; nothing was started."""

    code = "overloaded"


class TooManyAttempts(Refusal):
    """Too many failed sign-ins; ``retry_after_s`` says when the next one is heard."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many failed sign-ins. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and sentence for one class of error; ``says_why`` adds the error's own message."""

    status: int
    title: Label
    says_why: bool = False


_TABLE: dict[type[MabeleError], Answer] = {
    NotFound: Answer(
        404, Label("Introuvable dans le registre.", "There is no such thing in the register.")
    ),
    NotPermitted: Answer(
        403, Label("Votre rôle ne permet pas cet accès.", "Your role does not allow this.")
    ),
    GroundTaken: Answer(
        409, Label("Ce terrain est déjà tenu.", "This ground is already held."), True
    ),
    RegisterBusy: Answer(
        503,
        Label(
            "Le registre est occupé. Réessayez dans un instant.",
            "The register is busy. Try again in a moment.",
        ),
    ),
    RegisterError: Answer(
        409, Label("Le registre refuse l’opération.", "The register refuses the operation."), True
    ),
    NoLegalBasis: Answer(
        422, Label("Sans base légale ce jour.", "No legal basis on that day."), True
    ),
    LawError: Answer(
        500,
        Label("Les données juridiques sont inutilisables.", "The law data cannot be used."),
    ),
    InputError: Answer(
        422, Label("Donnée reçue inutilisable.", "What was received cannot be used."), True
    ),
    GridError: Answer(
        422, Label("Périmètre incompatible avec la grille.", "The perimeter does not fit."), True
    ),
    StepRefused: Answer(
        409, Label("Cette étape n’est pas possible.", "This step cannot be taken."), True
    ),
    FileChanged: Answer(
        409, Label("Le dossier a changé entre-temps.", "The file has changed meanwhile."), True
    ),
    SecondPersonNeeded: Answer(
        403,
        Label("Une autre personne doit le faire.", "Another person must do this."),
        True,
    ),
    LawForbids: Answer(422, Label("La loi s’y oppose.", "The law stands against it."), True),
    NeedsRuling: Answer(
        422,
        Label("Un avis juridique est nécessaire.", "A legal ruling is needed."),
        True,
    ),
    WatchRefused: Answer(
        422, Label("Cette veille n’est pas possible.", "This watch cannot be kept so."), True
    ),
    SetupError: Answer(503, Label("Le service n’est pas prêt.", "The service is not ready.")),
    BadRequest: Answer(400, Label("Requête incorrecte.", "The request is not correct."), True),
    SignInRequired: Answer(401, Label("Connexion requise.", "Please sign in.")),
    SignInFailed: Answer(401, Label("Nom ou mot de passe incorrect.", "Wrong name or password.")),
    TokenRefused: Answer(
        401,
        Label(
            "Ce jeton est inconnu, expiré ou révoqué.",
            "This token is unknown, expired or revoked.",
        ),
    ),
    TwoCredentials: Answer(
        400,
        Label(
            "Une requête porte un jeton ou une session, jamais les deux.",
            "A request carries a token or a session, never both.",
        ),
    ),
    IdentityRefused: Answer(
        401,
        Label(
            "Connexion refusée par le service d’identité ou sans compte ici.",
            "The identity service refused the sign-in, or there is no account for it here.",
        ),
        True,
    ),
    IdentityUnavailable: Answer(
        503,
        Label(
            "Le service d’identité ne répond pas. Réessayez dans un instant.",
            "The identity service does not answer. Try again in a moment.",
        ),
    ),
    UnknownHost: Answer(
        400,
        Label(
            "Ce serveur ne répond pas sous ce nom.",
            "This server does not answer under this name.",
        ),
        True,
    ),
    OriginRefused: Answer(
        403,
        Label(
            "Requête refusée : elle vient d’un autre site.",
            "Refused: the request comes from another site.",
        ),
    ),
    TooLarge: Answer(
        413,
        Label("Ce qui est envoyé est trop volumineux.", "What is sent is too large."),
        True,
    ),
    Overloaded: Answer(
        503,
        Label(
            "Le service est très sollicité. Réessayez dans un instant.",
            "The service is very busy. Try again in a moment.",
        ),
    ),
    TooManyAttempts: Answer(
        429,
        Label(
            "Trop d’essais. Attendez avant de recommencer.",
            "Too many attempts. Wait before trying again.",
        ),
    ),
}

_UNKNOWN = Answer(
    500,
    Label(
        "Erreur inattendue. Citez la référence à l’administrateur.",
        "Unexpected error. Quote the reference to the administrator.",
    ),
)
_NO_DATABASE = Answer(
    503,
    Label(
        "La base de données ne répond pas. Réessayez dans un instant.",
        "The database does not answer. Try again in a moment.",
    ),
)
_NO_PAGE = Answer(404, Label("Adresse inconnue.", "There is nothing at this address."))
_NO_METHOD = Answer(405, Label("Méthode non permise ici.", "This method is not allowed here."))


def language_of(request: Request) -> Language:
    """Return the language of the answer: French unless the browser puts English before it."""
    for wish in request.headers.get("accept-language", "").split(","):
        primary = wish.split(";")[0].strip().lower().split("-")[0]
        if primary == "fr":
            return "fr"
        if primary == "en":
            return "en"
    return "fr"


def answer_for(error: MabeleError) -> Answer:
    """Return the table's answer for the error's class, or for its nearest base class."""
    for base in type(error).__mro__:
        if base in _TABLE:
            return _TABLE[base]
    return _UNKNOWN


def problem(
    request: Request, code: str, answer: Answer, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Return the problem-details response."""
    body = {
        "type": f"urn:mabele:problem:{code}",
        "title": answer.title.text(language_of(request)),
        "status": answer.status,
        "code": code,
        "instance": request.url.path,
        **more,
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=answer.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "Vary": "Accept-Language", **(headers or {})},
    )


def on_mabele_error(request: Request, error: Exception) -> Response:
    """Translate an error that Mabele raised on purpose."""
    if not isinstance(error, MabeleError):
        raise error
    answer = answer_for(error)
    if answer.status == 500:
        return on_unknown_error(request, error)
    if isinstance(error, SetupError | IdentityUnavailable):
        log.error("not ready: %s", error)
    more: dict[str, Any] = {"detail": _detail(request, error)} if answer.says_why else {}
    if isinstance(error, LawForbids):
        more["findings"] = [law_finding(one, language_of(request)) for one in error.findings]
    return problem(request, error.code, answer, _own_headers(error, answer), **more)


def _detail(request: Request, error: MabeleError) -> str:
    """Return why, in the asker's language where the error says it in both."""
    if isinstance(error, CaseError) and error.fr and language_of(request) == "fr":
        return error.fr
    return str(error)


def law_finding(found: Any, language: Language) -> dict[str, Any]:
    """Return what a finding of the law says, with its article and the carrés concerned."""
    return {
        "code": found.code,
        "subject": found.subject,
        "verdict": found.verdict.value,
        "article": found.article,
        "first_day": found.first_day.isoformat() if found.first_day else None,
        "message": found.message.text(language),
        "cells": found.cells.count if found.cells else None,
        "runs": found.cells.to_lists() if found.cells else None,
    }


def _own_headers(error: MabeleError, answer: Answer) -> dict[str, str]:
    if isinstance(error, TooManyAttempts):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, TokenRefused):
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return {"Retry-After": str(RETRY_AFTER_S)} if answer.status == 503 else {}


def on_invalid_request(request: Request, error: Exception) -> Response:
    """Name the parameters that are wrong, without repeating what was sent."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "why": fault["msg"]}
        for fault in error.errors()
    ]
    return problem(request, BadRequest.code, _TABLE[BadRequest], faults=faults)


def on_http_error(request: Request, error: Exception) -> Response:
    """Translate what the router itself refuses (no such address, no such method)."""
    if not isinstance(error, HTTPException):
        raise error
    known = {404: ("no_such_address", _NO_PAGE), 405: ("method_not_allowed", _NO_METHOD)}
    code, answer = known.get(error.status_code, (BadRequest.code, _TABLE[BadRequest]))
    return problem(request, code, answer, dict(error.headers or {}))


def on_database_gone(request: Request, error: Exception) -> Response:
    """Say that the database is away; the log holds what its driver said."""
    log.error("database: %s", error)
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return problem(request, "database_unreachable", _NO_DATABASE, headers)


def on_unknown_error(request: Request, error: Exception) -> Response:
    """Give a reference number and log everything else under it."""
    reference = secrets.token_hex(4)
    log.error("reference %s: %s", reference, request.url.path, exc_info=error)
    code = error.code if isinstance(error, MabeleError) else "unexpected"
    return problem(request, code, _UNKNOWN, reference=reference)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem."""
    app.add_exception_handler(MabeleError, on_mabele_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(psycopg.OperationalError, on_database_gone)
    app.add_exception_handler(sqlalchemy.exc.OperationalError, on_database_gone)
