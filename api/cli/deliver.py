"""``mabele deliver``: make items of what was recorded and send what waits."""

from __future__ import annotations

import os
import time

import click

from api import serving
from api.database import open_server
from api.logbook import open_logbook
from api.settings import Settings


@click.command(
    epilog="""\b
Examples:
  mabele deliver --once       # from cron
  mabele deliver              # until Ctrl-C, beside several web pages
"""
)
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option(
    "--every",
    type=click.FloatRange(1, 3600),
    default=10.0,
    show_default=True,
    help="Seconds between rounds.",
)
def command(once: bool, every: float) -> None:
    """Tell watches what happened: items, signed webhooks, letters.

    The served page does the same by itself every ten seconds; several may run at once, each message
    is sent by one of them.
    """
    from api.delivery.courier import Courier
    from geo.register.connection import engine_for

    settings = Settings.load(os.environ)
    open_logbook(settings.log_dir)
    ready = open_server(settings, lambda text: click.echo(text, err=True))
    courier = Courier(engine_for(ready.app_url, pool_size=2), ready)
    with serving.ended_by_signals():
        try:
            while True:
                done = courier.round()
                click.echo(
                    f"{done.events} events, {done.items} items; {done.sent} messages arrived, "
                    f"{done.failed} did not; {done.letters} letters"
                )
                if once:
                    return
                time.sleep(every)
        except KeyboardInterrupt:
            click.echo("stopped")
        finally:
            courier.engine.dispose()
