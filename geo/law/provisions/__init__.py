"""The provisions by code, in the order in which a file is read: ground, others, holder, route.

One function each; the docstring names the article, from when to when, and what held before. The
numbers and the dates themselves are law data. A jurisdiction asks those that its own
``provisions.yaml`` lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.law.checks import Provision
from geo.law.provisions import (
    cooperative,
    ground,
    holder,
    operation,
    overlap,
    procedure,
    restricted,
    routes,
    trade,
    zone,
)

PROVISIONS: Mapping[str, Provision] = MappingProxyType(
    {
        "kind_exists": ground.kind_exists,
        "on_lattice": ground.on_lattice,
        "whole_cells": ground.whole_cells,
        "contiguous": ground.contiguous,
        "edge_contact": ground.edge_contact,
        "no_holes": ground.no_holes,
        "inside_border": ground.inside_border,
        "cells_declared": ground.cells_declared,
        "max_cells": ground.max_cells,
        "max_area": ground.max_area,
        "min_area": ground.min_area,
        "host_overlap": overlap.host_overlap,
        "overlap": overlap.overlap,
        "inside_origin": overlap.inside_origin,
        "restricted_block": restricted.blocked,
        "restricted_hold": restricted.held,
        "restricted_ban": restricted.banned,
        "restricted_consent": restricted.consents,
        "restricted_warn": restricted.warned,
        "legal_person": holder.legal_person,
        "own_funds": holder.own_funds,
        "state_share": holder.state_share,
        "congolese_share": holder.congolese_share,
        "group_permits": holder.group_permits,
        "group_area": holder.group_area,
        "term": holder.term,
        "precious_stones_term": holder.precious_stones_term,
        "renewals": holder.renewals,
        "total_term": holder.total_term,
        "given_up": holder.given_up,
        "remainder": routes.remainder,
        "host_valid": routes.host_valid,
        "host_holder_known": routes.host_holder_known,
        "host_fee_paid": routes.host_fee_paid,
        "inside_host": routes.inside_host,
        "holder_consent": routes.holder_consent,
        "third_parties": routes.third_parties,
        "renunciation": routes.renunciation,
        "remainder_contiguous": routes.remainder_contiguous,
        "egc_opinion": routes.egc_opinion,
        "strategic_substance": routes.strategic_substance,
        "egc_agreement": routes.egc_agreement,
        "rights_stay": routes.rights_stay,
        "arecoms_notice": routes.arecoms_notice,
        "ministerial_act": routes.ministerial_act,
        "zone_opinions": zone.opinions,
        "zone_opinions_in_practice": zone.opinions_in_practice,
        "geology_opinion": zone.geology_opinion,
        "saemape_opinion": zone.saemape_opinion,
        "zone_act": zone.act,
        "water": zone.water,
        "portion_cells": cooperative.portion_cells,
        "work_area_cells": cooperative.work_area_cells,
        "one_portion": cooperative.one_portion,
        "portion_inside_zone": cooperative.portion_inside_zone,
        "portion_free": cooperative.portion_free,
        "cooperative_approved": cooperative.approved,
        "member_cards": cooperative.member_cards,
        "conduct_code": cooperative.conduct_code,
        "geological_assessment": operation.geological_assessment,
        "mine_layout": operation.mine_layout,
        "members_only": operation.members_only,
        "prohibited_practices": operation.prohibited_practices,
        "pit_depth": operation.pit_depth,
        "egc_pit_depth": operation.egc_pit_depth,
        "egc_no_tunnels": operation.egc_no_tunnels,
        "standard_conditions": operation.standard_conditions,
        "standard_level": operation.standard_level,
        "sole_buyer": trade.sole_buyer,
        "treatment_entity": trade.treatment_entity,
        "export_suspension": trade.export_suspension,
        "export_quota": trade.export_quota,
        "clocks": procedure.clocks,
    }
)
