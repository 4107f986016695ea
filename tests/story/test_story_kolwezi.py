"""One piece of ground near Kolwezi, told over HTTP: by route B, returned, then by route A."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import story_reading as read
import story_route_a as a
import story_route_b as b
from story_house import House


def told_by_route_b(house: House) -> dict[str, int]:
    """Twelve carrés proposed, ten registered, worked, suspended, lifted, returned."""
    told, revisions = {}, {}
    file = told["file"] = b.company_proposes(house)
    revisions["proposed"] = house.revision()
    b.egc_coordinates(house, file)
    b.public_objects(house, file)
    b.perimeter_is_amended(house, file)
    b.opinion_is_signed(house, file)
    area = told["area"] = b.act_is_registered(house, file)
    operation = b.geology_and_layout(house, area)
    told["work_areas"] = list(b.cooperatives_get_work_areas(house, area).values())
    b.area_opens(house, area, operation)
    revisions["opened"] = house.revision()
    b.critical_breach(house, area, operation)
    revisions["suspended"] = house.revision()
    b.ground_is_returned(house, area)
    revisions["returned"] = house.revision()
    return {**told, "revisions": revisions}


def test_the_ground_by_route_b_and_then_by_route_a(house_on: Callable[[date], House]) -> None:
    house = house_on(date(2025, 3, 3))
    by_route_b = told_by_route_b(house)
    file = a.company_renounces(house)
    a.zone_is_decided(house, file)
    zone = a.zone_is_registered(house, file)
    portions = a.portions_are_attributed(house, zone)
    told = read.Told(**by_route_b, zone=zone, portions=portions)
    read.register_on_both_clocks(house, told)
    read.file_on_both_clocks(house, told)
    read.operation_on_both_clocks(house, told)
    read.public_reads(house, told)
    read.ground_is_what_it_became(house, told)
    read.neighbour_sees_nothing(house, told)
