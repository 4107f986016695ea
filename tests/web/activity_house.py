"""A served house where activity was delivered: a public source, and one for offices only."""

from __future__ import annotations

import json
from typing import Any

from story_house import COL, ROW, House

IN_PERMIT = ((COL + 2.5) / 120, (ROW + 2.5) / 120)
"""The middle of a carré of PE 525, more than 1.8 km from its edges."""
NORTH_OF_IT = (25.52, -10.2)
"""On free ground, where the source for offices looked."""
SURVEYED = "bbox:25.3,-10.9,25.53,-10.6"
"""Where the public source looked: its east edge crosses PE 525."""


def _points(*rows: tuple[dict[str, Any], tuple[float, float]]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": list(place)},
        }
        for properties, place in rows
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"file": ("sites.geojson", content, "application/geo+json")}


def deliver_activity(house: House) -> None:
    """Deliver a visit inside PE 525 and two outside it, publicly; one more for offices."""
    visits = _points(
        ({"pcode": "a1", "name": "Essai nord", "visit_date": "2024-10-01"}, IN_PERMIT),
        ({"pcode": "a2", "name": "Essai ouest", "visit_date": "2022-03-01"}, (25.45, -10.70)),
        ({"pcode": "a3", "name": "Essai ancien", "visit_date": "2019-03-01"}, (25.40, -10.74)),
    )
    about = {"kind": "sites", "extent": SURVEYED, "from": "2019-03-01", "to": "2024-11-01"}
    form = {"source": "essai", "name": "Essai public", "public": "true", **about}
    house.officer.send("/activity/deliveries", data=form, files=visits)
    own = {"source": "interne", "name": "Essai interne", "public": "false", **about}
    own |= {"extent": "bbox:25.4,-10.3,25.6,-10.1"}
    kept = _points(({"pcode": "b1", "visit_date": "2024-09-01"}, NORTH_OF_IT))
    house.officer.send("/activity/deliveries", data=own, files=kept)
