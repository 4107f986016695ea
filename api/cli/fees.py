"""``mabele fees``: rates of surface fees, dues of a title, payments, and the cadastre's lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from api.cli.answers import Day, day_of, day_option, json_option, print_json
from api.cli.register import actor, opened_register

if TYPE_CHECKING:
    from pydantic import BaseModel

    from geo.casework.money.lists import Candidate
    from geo.register.connection import UnitOfWork

FIRST_YEAR, LAST_YEAR = 1900, 2999
YEAR = click.IntRange(FIRST_YEAR, LAST_YEAR)
LISTS = ("unpaid", "caducity", "forfeiture")
_EXAMPLES = """\b
Examples:
  mabele fees rates --on 2026-03-31
  mabele fees rate-propose surface_fee.PE 400.00 --from 2019-01-01 --text "Arrêté …" \\
      --article "art. 2" --source "Journal officiel" --confidence S --as a.mbuyi
  mabele fees rate-confirm 1 --reason "read in the gazette" --as j.ilunga
  mabele fees dues 4960 --year 2026
  mabele fees pay 4960 --year 2026 --amount 5097.36 --paid-on 2026-03-30 --as o.kasongo
  mabele fees list unpaid --csv > unpaid.csv
"""


class Dollars(click.ParamType[Decimal]):
    """An amount in US$ with at most two decimals."""

    name = "amount"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Return the amount."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no amount: write it as 424.78.", param, ctx)
        if not amount.is_finite():
            self.fail(f"{value!r} is no amount: write it as 424.78.", param, ctx)
        return amount


def _signing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who signs: four eyes need two accounts, not two terminals."""
    command = click.option(
        "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
    )(command)
    return click.option("--as", "login", required=True, metavar="LOGIN", help="Who signs.")(command)


known_option = click.option(
    "--as-known-on", type=int, metavar="REVISION", help="As known on a revision. Default: now."
)
year_option = click.option("--year", type=YEAR, help="Civil year. Default: that of the day.")
title_argument = click.argument("title", type=click.IntRange(min=1))


@click.group("fees", epilog=_EXAMPLES)
def command() -> None:
    """Rates of surface fees, dues of a title, payments, and lists of titles to examine."""


@contextmanager
def _reading() -> Iterator[UnitOfWork]:
    from geo.register.connection import UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, actor=actor()) as unit:
        yield unit


@contextmanager
def _signed(login: str, password_stdin: bool, reason: str) -> Iterator[UnitOfWork]:
    """Give a unit of work under the role of whoever signs, committed unless it fails."""
    from api.auth import sign_in, sign_out
    from geo.register.connection import UnitOfWork

    if password_stdin:
        secret = sys.stdin.readline().rstrip("\n")
    else:
        secret = str(click.prompt("Password", hide_input=True, err=True))
    with opened_register() as engine:
        viewer, token = sign_in(engine, login, secret)
        try:
            with UnitOfWork(engine, viewer.database_role, viewer.actor.login, reason) as unit:
                yield unit
                unit.commit()
        finally:
            sign_out(engine, token)


def _day(day: datetime | None) -> date:
    """Return the day asked; one of another age is a slip."""
    on = day_of(day)
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise click.BadParameter(f"{on} is out of range.", param_hint="--on")
    return on


def _json(answer: BaseModel) -> None:
    print_json(answer.model_dump(mode="json"))


@command.command("rates")
@day_option
@json_option
def rates(day: datetime | None, as_json: bool) -> None:
    """Say what a carré costs by each rate on a day, and which rates wait for a second person."""
    from api.fee_wire import ProposalOut, RateOut
    from geo.casework.money.merge import law_with_rates, price_on, rate_names, superseded_days
    from geo.casework.money.rates import open_proposals, rates_known
    from geo.law import load_law
    from maps.escape import terminal_text
    from maps.fee_words import REASONS

    on = _day(day)
    with _reading() as unit:
        entered, waiting = rates_known(unit), open_proposals(unit)
    shipped = load_law()
    law = law_with_rates(shipped, entered)
    prices = [price_on(rule, on, law, entered) for rule in rate_names(law)]
    if as_json:
        on_day = [
            {
                "rule": one.rule,
                "usd_per_carre": None if one.usd_per_carre is None else str(one.usd_per_carre),
                "article": one.article,
                "reason": one.reason,
                "entered": one.entered,
            }
            for one in prices
        ]
        told = [RateOut.of(one, shipped).model_dump(mode="json") for one in entered]
        open_ = [ProposalOut.of(one).model_dump(mode="json") for one in waiting]
        print_json({"on": on.isoformat(), "on_day": on_day, "rates": told, "proposals": open_})
        return
    for one in prices:
        amount = one.usd_per_carre if one.usd_per_carre is not None else REASONS[one.reason].en
        click.echo(f"{one.rule:30}  {amount!s:>24}  {terminal_text(one.article)}")
    for rate in entered:
        told_of = f"rate {rate.id}: {rate.rule} {rate.usd_per_carre} {rate.source}"
        since = ", ".join(str(period.start) for period in superseded_days(rate, shipped))
        click.echo(
            terminal_text(
                f"{told_of}, superseded by the law data from {since}" if since else told_of
            )
        )
    for proposal in waiting:
        what = "removal" if proposal.rate is None else str(proposal.rate.usd_per_carre)
        by = f"proposed by {proposal.proposed_by}"
        click.echo(terminal_text(f"proposal {proposal.id}: {proposal.rule} {what}, {by}"))


@command.command("rate-propose")
@click.argument("rule")
@click.argument("usd_per_carre", type=Dollars())
@click.option("--from", "first_day", type=Day(), required=True, metavar="DAY", help="First day.")
@click.option("--until", type=Day(), metavar="DAY", help="Day from which it no longer counts.")
@click.option("--text", "legal_text", required=True, help="The text that sets the rate.")
@click.option("--article", required=True, help="Its article.")
@click.option("--source", required=True, help="Where it was read.")
@click.option("--confidence", type=click.Choice(["S", "S2", "K"]), required=True, help="How sure.")
@click.option("--note", help="What else is to be known.")
@click.option("--replaces", type=int, metavar="RATE", help="The rate in whose place it comes.")
@_signing
def rate_propose(
    rule: str,
    usd_per_carre: Decimal,
    first_day: datetime,
    until: datetime | None,
    legal_text: str,
    article: str,
    source: str,
    confidence: str,
    note: str | None,
    replaces: int | None,
    login: str,
    password_stdin: bool,
) -> None:
    """Propose a rate as an administrator; another person confirms it."""
    from geo.casework.money.merge import Rate
    from geo.casework.money.rates import propose_rate
    from geo.law import load_law
    from geo.law.values import Confidence
    from geo.periods import Period

    end = None if until is None else until.date()
    if end is not None and end <= first_day.date():
        raise click.BadParameter("the end is not after the first day.", param_hint="--until")
    rate = Rate(
        rule,
        Period(first_day.date(), end),
        usd_per_carre,
        legal_text,
        article,
        source,
        Confidence(confidence),
        note,
    )
    with _signed(login, password_stdin, f"rate of {rule} proposed") as unit:
        number = propose_rate(unit, rate, load_law(), replaces=replaces)
    click.echo(f"proposal {number} waits for a second person: mabele fees rate-confirm {number}")


@command.command("rate-remove")
@click.argument("rate", type=int)
@_signing
def rate_remove(rate: int, login: str, password_stdin: bool) -> None:
    """Propose as an administrator to take a rate out again; another person confirms it."""
    from geo.casework.money.rates import propose_removal

    with _signed(login, password_stdin, f"removal of rate {rate} proposed") as unit:
        number = propose_removal(unit, rate)
    click.echo(f"proposal {number} waits for a second person: mabele fees rate-confirm {number}")


@command.command("rate-confirm")
@click.argument("proposal", type=int)
@click.option("--reason", required=True, help="What was checked.")
@_signing
def rate_confirm(proposal: int, reason: str, login: str, password_stdin: bool) -> None:
    """Confirm a proposal, as another person than the one who made it."""
    from geo.casework.money.rates import confirm_rate
    from geo.law import load_law

    with _signed(login, password_stdin, reason) as unit:
        revision = confirm_rate(unit, proposal, reason, load_law())
    click.echo(f"proposal {proposal} is confirmed (revision {revision})")


@command.command("rate-reject")
@click.argument("proposal", type=int)
@click.option("--reason", required=True, help="Why not.")
@_signing
def rate_reject(proposal: int, reason: str, login: str, password_stdin: bool) -> None:
    """Reject a proposal; it stays recorded."""
    from geo.casework.money.rates import reject_rate

    with _signed(login, password_stdin, reason) as unit:
        reject_rate(unit, proposal, reason)
    click.echo(f"proposal {proposal} is rejected")


@command.command("dues")
@title_argument
@year_option
@day_option
@known_option
@json_option
def dues(
    title: int, year: int | None, day: datetime | None, as_known_on: int | None, as_json: bool
) -> None:
    """Say what a title (by its number in the register) owes for a year, step by step."""
    from api.fee_wire import DuesOut
    from geo.casework.money.dues import dues_of
    from geo.casework.money.payments import payments_of
    from geo.casework.money.standing import account_of
    from geo.law import load_law

    on = _day(day)
    asked = year or on.year
    with _reading() as unit:
        owed = dues_of(unit, title, asked, on, load_law(), as_known_on)
        paid = payments_of(unit, title, asked, as_known_on)
    accounts = [account_of(due, paid, asked, on) for due in owed.dues]
    answer = DuesOut.of(owed, accounts, paid)
    if as_json:
        _json(answer)
    else:
        _print_dues(answer)


def _print_dues(answer: Any) -> None:
    from maps.escape import terminal_text

    name = terminal_text(f"{answer.kind} {answer.code or answer.title_id}")
    click.echo(f"{name}, {answer.year}, as of {answer.on}")
    if answer.reason is not None:
        click.echo(f"  owes nothing: {answer.reason.en}")
    for due in answer.dues:
        amount = f"{due.amount} US$" if due.amount is not None else "undetermined"
        why = f" ({due.reason.en})" if due.reason else ""
        click.echo(f"  {due.rule}: {amount}{why}")
        for step in due.steps:
            click.echo(f"      {step}")
        when = f"due by {due.due_on}, " if due.due_on else ""
        late = f", {due.days_late} days late" if due.late else ""
        click.echo(f"      {when}{due.standing_said.en}, paid {due.paid} US${late}")
        click.echo(f"      {terminal_text(due.article)}")
    for one in answer.payments:
        gone = "" if one.cancelled_by is None else f", cancelled by {one.cancelled_by}"
        line = f"  receipt {one.receipt}: {one.amount} US$ on {one.paid_on}{gone}"
        click.echo(terminal_text(line))


@command.command("pay")
@title_argument
@click.option("--year", type=YEAR, required=True, help="Civil year paid for.")
@click.option("--amount", type=Dollars(), required=True, help="In US$, as 424.78.")
@click.option("--paid-on", type=Day(), required=True, metavar="DAY", help="Day of the payment.")
@click.option(
    "--rule",
    type=click.Choice(["surface_fee", "area_tax"]),
    default="surface_fee",
    show_default=True,
    help="What is paid.",
)
@click.option("--payer", help="Who paid.")
@click.option("--bank-reference", help="The payer's own reference.")
@click.option("--proof", type=click.File("rb"), help="Document that shows the payment.")
@_signing
@json_option
def pay(
    title: int,
    year: int,
    amount: Decimal,
    paid_on: datetime,
    rule: Any,
    payer: str | None,
    bank_reference: str | None,
    proof: BinaryIO | None,
    login: str,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Receive a payment for a title; the register gives it a receipt number."""
    from api.fee_wire import PaymentOut
    from geo.casework.money.payments import PaymentOrder, keep_proof, receive_payment

    order = PaymentOrder(title, year, rule, amount, paid_on.date(), payer, bank_reference)
    with _signed(login, password_stdin, f"payment for {year}") as unit:
        if proof is not None:
            order = replace(order, document_sha256=keep_proof(unit, proof.read()))
        payment = receive_payment(unit, order, datetime.now(UTC))
    if as_json:
        _json(PaymentOut.of(payment))
    else:
        click.echo(f"receipt {payment.receipt}: {payment.amount} US$ for title {title}, {year}")


@command.command("cancel")
@click.argument("receipt")
@click.option("--reason", required=True, help="What was wrong with the payment.")
@_signing
def cancel(receipt: str, reason: str, login: str, password_stdin: bool) -> None:
    """Cancel a wrong payment, as another person than the one who received it."""
    from geo.casework.money.payments import cancel_payment

    with _signed(login, password_stdin, reason) as unit:
        cancel_payment(unit, receipt, reason)
    click.echo(f"receipt {receipt} is cancelled; it stays in the register")


@command.command("works")
@title_argument
@click.option("--observed", type=Day(), required=True, metavar="DAY", help="Day of the visit.")
@click.option("--started", type=Day(), metavar="DAY", help="First day of works; none had begun.")
@click.option("--source", required=True, help="Who saw it, or which report.")
@_signing
def works(
    title: int,
    observed: datetime,
    started: datetime | None,
    source: str,
    login: str,
    password_stdin: bool,
) -> None:
    """Report what was seen of a title's works."""
    from geo.casework.money.works import WorksReport, report_works

    began = None if started is None else started.date()
    with _signed(login, password_stdin, f"works seen on {observed.date()}") as unit:
        report_works(unit, WorksReport(title, observed.date(), began, source))
    click.echo(f"title {title}: works {'not begun' if began is None else f'begun on {began}'}")


@command.command("list")
@click.argument("kind", type=click.Choice(LISTS))
@day_option
@known_option
@click.option("--public-names", is_flag=True, help="Only names that may be published.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, in French.")
@json_option
def list_(
    kind: str,
    day: datetime | None,
    as_known_on: int | None,
    public_names: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """List titles to examine: fees unpaid after 31 March, 30-day caducity, forfeiture."""
    from api.fee_wire import CandidateOut, ListOut
    from geo.casework.money.lists import LISTERS, ListKind
    from geo.law import load_law
    from geo.register.reader import Reader
    from maps.fee_words import candidates_csv

    on, asked = _day(day), ListKind(kind)
    with _reading() as unit:
        known = Reader(unit.connection).revision_as_known(as_known_on)
        found = LISTERS[asked](
            unit, on, load_law(), as_known_on=known, withheld_names=not public_names
        )
    if as_csv:
        click.echo(candidates_csv(found), nl=False)
    elif as_json:
        told = [CandidateOut.of(one) for one in found]
        answer = ListOut(
            which=kind, on=on, as_known_revision=known, total=len(told), candidates=told
        )
        _json(answer)
    else:
        _print_list(found)


def _print_list(found: list[Candidate]) -> None:
    from maps.escape import terminal_text
    from maps.fee_words import CANDIDATES_ONLY, CAUSES, amount_text

    for one in found:
        name = one.code or f"title {one.title_id}"
        late = "" if one.days_late is None else f", {one.days_late} days late"
        line = f"{one.kind} {name}: {CAUSES[one.cause].en}, {amount_text(one, 'en')}{late}"
        click.echo(terminal_text(line))
    click.echo(f"{len(found):,} titles. {CANDIDATES_ONLY.en}")
