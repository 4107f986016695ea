"""Which watches an event meets: exactly, and never by touching alone.

Carrés meet by their runs, all else by geometry in longitude and latitude. A title's watch asks for
the title itself, for what lies in its ground by a bond, and for what meets the ground that it has
now. A point whose true position may lie inside is told as near.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

_MATCH = text(
    "with event as (select e as whole, e.* from watching.event e where e.id = any(:events)), "
    "area as ("
    "select w.id, w.account_id, w.kinds, w.from_revision, w.runs, w.geom from watching.watch w "
    "where w.active and w.title_id is null union all "
    "select w.id, w.account_id, w.kinds, w.from_revision, "
    "case when g.on_lattice then g.runs end, g.geom from watching.watch w "
    "join register.ground g on g.title_id = w.title_id and upper_inf(g.known) "
    "and g.held @> published.today() where w.active), "
    "met as (select a.id as watch_id, e.id as event_id, "
    "watching.how_it_meets(e.runs, e.geom, e.reach_m, a.runs, a.geom) as meets "
    "from area a join event e on watching.reached(e.geom, e.reach_m) && a.geom "
    "where e.kind = any(a.kinds) and e.revision > a.from_revision "
    "and watching.may_read(e.whole, a.account_id) "
    "union all select w.id, e.id, 'title' from watching.watch w "
    "join event e on w.title_id in (e.title_id, e.host_title_id) "
    "where w.active and e.kind = any(w.kinds) and e.revision > w.from_revision "
    "and watching.may_read(e.whole, w.account_id)), "
    "made as (insert into watching.item (watch_id, event_id, meets) "
    "select m.watch_id, m.event_id, (array_agg(m.meets order by "
    "array_position(array['title', 'inside', 'near'], m.meets)))[1] "
    "from met m join watching.watch w on w.id = m.watch_id "
    "join register.account a on a.id = w.account_id and a.active "
    "where m.meets is not null group by m.watch_id, m.event_id order by m.event_id, m.watch_id "
    "on conflict (watch_id, event_id) do nothing returning id, watch_id), "
    "sent as (insert into watching.delivery (watch_id, item_id, channel, made_at, next_at) "
    "select m.watch_id, m.id, c.channel, :at, :at from made m join ("
    "select watch_id, 'webhook' as channel from watching.webhook where state <> 'ended' union all "
    "select watch_id, 'mail' from watching.mail where confirmed_at is not null) c "
    "on c.watch_id = m.watch_id order by m.id returning id) "
    "select (select count(*) from made), (select count(*) from sent)"
)


def match_watches(connection: Connection, events: Sequence[int], at: datetime) -> int:
    """Make an item for every active watch that one of the events meets, and its deliveries.

    Returns how many items were made; asked again, none.
    """
    if not events:
        return 0
    made, _sent = connection.execute(_MATCH, {"events": list(events), "at": at}).one()
    return int(made)
