"""The small pages behind the links of letters: one sentence and its buttons, without a script."""

from __future__ import annotations

from typing import Literal

from fastapi import Response

from geo.law.values import Bilingual, Language
from maps.escape import html_text

Shown = Literal["confirm", "leave", "confirmed", "left"]

_SAID: dict[Shown, Bilingual] = {
    "confirm": Bilingual(
        "Recevoir par courriel les nouvelles de la veille « {name} » ?",
        "Receive news of the watch “{name}” by e-mail?",
    ),
    "leave": Bilingual(
        "Ne plus recevoir les nouvelles de la veille « {name} » ?",
        "Receive no more news of the watch “{name}”?",
    ),
    "confirmed": Bilingual(
        "C’est confirmé. Les nouvelles de la veille « {name} » viendront à cette adresse.",
        "Confirmed. News of the watch “{name}” will come to this address.",
    ),
    "left": Bilingual(
        "Plus aucun message de la veille « {name} ». L’adresse est effacée.",
        "No more letters of the watch “{name}”. The address is erased.",
    ),
}
_YES = ("/confirmation", Bilingual("Oui, les recevoir", "Yes, receive it"))
_NO = ("", Bilingual("Non, ne rien recevoir", "No, receive nothing"))
_END = ("", Bilingual("Ne plus rien recevoir", "Receive no more"))
_BUTTONS: dict[Shown, tuple[tuple[str, Bilingual], ...]] = {
    "confirm": (_YES, _NO),
    "leave": (_END,),
    "confirmed": (),
    "left": (),
}


def letter_page(language: Language, key: str, name: str, shown: Shown) -> Response:
    """Return the page: a question with its buttons, or what was done."""
    said = html_text(_SAID[shown].text(language).format(name=name))
    buttons = "".join(
        f'<form method="post" action="/api/v1/feeds/mail{where}?key={html_text(key)}">'
        f"<button>{html_text(label.text(language))}</button></form>"
        for where, label in _BUTTONS[shown]
    )
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>Mabele</title><main><h1>Mabele</h1><p>{said}</p>{buttons}</main></html>"
    )
    return Response(
        page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
