"""What a file asks for: the content of one version, as people write it and it is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$", strip_whitespace=True)
]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Percent = Annotated[Decimal, Field(ge=0, le=100)]


class Share(BaseModel):
    """A party that shall hold, by its number, and its share in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    party_id: int
    share: Percent | None = None


class Content(BaseModel):
    """What is asked for, beside the carrés. None means not stated, never "none".

    Parameters
    ----------
    kind : a code of the law data: PR, PE, …, ZEA, or EGC for an agreement by route B.
    substances : codes of minerals, as the law data lists the strategic ones (Co, Cu, coltan …).
    holders : who shall hold.
    starts_on, ends_on : [first day, first day after) of an allocation or lease.
    transfers_rights : what an agreement says of ownership and rights.
    declared_cells : carrés stated by the applicant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Code
    name: Text | None = None
    substances: tuple[Code, ...] | None = None
    holders: tuple[Share, ...] = ()
    term_years: Annotated[Decimal, Field(gt=0, le=99)] | None = None
    renewals: Annotated[int, Field(ge=0, le=20)] = 0
    declared_cells: Annotated[int, Field(ge=0)] | None = None
    precious_stones: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    agreement_reference: Text | None = None
    agreement_on: date | None = None
    transfers_rights: bool | None = None
    own_funds_percent: Percent | None = None
    state_share_percent: Percent | None = None
    congolese_percent: Percent | None = None
    note: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")] | None = None
