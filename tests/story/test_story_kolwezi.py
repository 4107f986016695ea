"""One piece of ground near Kolwezi, told over HTTP: by route B, returned, then by route A."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import story_route_a as a
import story_route_b as b
from story_house import House


def test_the_ground_by_route_b_and_then_by_route_a(house_on: Callable[[date], House]) -> None:
    house = house_on(date(2025, 3, 3))
    file = b.company_proposes(house)
    b.egc_coordinates(house, file)
    b.public_objects(house, file)
    b.perimeter_is_amended(house, file)
    b.opinion_is_signed(house, file)
    area = b.act_is_registered(house, file)
    operation = b.geology_and_layout(house, area)
    b.cooperatives_get_work_areas(house, area)
    b.area_opens(house, area, operation)
    b.critical_breach(house, area, operation)
    b.ground_is_returned(house, area)
    file = a.company_renounces(house)
    a.zone_is_decided(house, file)
    zone = a.zone_is_registered(house, file)
    a.portions_are_attributed(house, zone)
