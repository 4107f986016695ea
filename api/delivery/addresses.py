"""To which machines a webhook may go: public addresses, and those that an administrator allows.

The name is resolved once, every address is judged, and the connection goes to a judged address: a
name that answers otherwise a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from geo.errors import WatchRefused

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

PORTS = (443, 8443)
"""Of public machines; a webhook is no means to try the others."""
LONGEST_URL = 2000
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_EMBEDS = (IPv6Network("::/96"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""IPv4-compatible, 6to4 and Teredo: no service lives there, and they lead to other addresses."""
_ANYWHERE = (
    ip_network("100.64.0.0/10"),  # shared by a carrier's customers (RFC 6598)
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("198.18.0.0/15"),
    ip_network("240.0.0.0/4"),
    ip_network("fec0::/10"),
    ip_network("3fff::/20"),
    ip_network("5f00::/16"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: one judged address, and the name that is asked for there."""

    address: Address
    host: str
    port: int
    scheme: str
    path: str

    @property
    def url(self) -> str:
        """The address to connect to, with its number in place of the name."""
        number = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{self.scheme}://{number}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """The name as the other side expects it."""
        usual = {"https": 443, "http": 80}[self.scheme]
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == usual else f"{shown}:{self.port}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, for one machine.

    >>> [is_public(ip_address(a)) for a in ("1.1.1.1", "10.0.0.1", "100.64.0.1", "224.0.1.1")]
    [True, False, False, False]
    >>> [is_public(ip_address(a)) for a in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1")]
    [False, False, False]
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or any(address in net for net in (*_NAT64, *_EMBEDS)):
            return False
        if address.scope_id is not None or address.is_site_local:
            return False
    if any(address in net for net in _ANYWHERE if net.version == address.version):
        return False
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_unspecified
    )


def resolve(host: str, port: int) -> list[str]:
    """Return all addresses of a name, as the system resolves it.

    Raises: OSError where it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def require_url(url: str, allow: Sequence[str]) -> SplitResult:
    """Return the parts of a webhook's address where its form alone does not forbid it.

    Raises: WatchRefused. A name is judged when it is resolved, at every sending.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused("it is no address", "ce n’est pas une adresse") from error
    if len(url) > LONGEST_URL or not all("!" <= c <= "~" for c in url):
        raise _refused("it is too long or not plain", "elle est trop longue ou illisible")
    if parts.scheme not in ("https", "http") or not host:
        raise _refused("it does not begin with https://", "elle ne commence pas par https://")
    if parts.username is not None or parts.password is not None:
        raise _refused("it holds a name or a password", "elle contient un nom ou un mot de passe")
    if _host_allowed(host, allow) or _literal_allowed(host, allow):
        return parts
    if parts.scheme != "https":
        raise _refused("it does not begin with https://", "elle ne commence pas par https://")
    if (port or 443) not in PORTS:
        raise _refused(f"port {port} is not {PORTS[0]} or {PORTS[1]}", f"port {port} interdit")
    literal = _as_address(host)
    if literal is not None and not is_public(literal):
        raise _not_public(host)
    return parts


def target_of(url: str, allow: Sequence[str], resolve: Resolve = resolve) -> Target:
    """Resolve the name of a webhook's address, judge every address, and return where to connect.

    One address that may not be reached refuses the whole name: it is not for the webhook to choose.

    Raises: WatchRefused. OSError where the name has no address.
    """
    parts = require_url(url, allow)
    host = parts.hostname or ""
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    found = [ip_address(address) for address in resolve(host, port)]
    if not found:
        raise OSError(f"{host} has no address")
    for address in found:
        if not (_host_allowed(host, allow) or _in_networks(address, allow) or is_public(address)):
            raise _not_public(host)
    path = parts.path or "/"
    if parts.query:
        path += f"?{parts.query}"
    return Target(found[0], host, port, parts.scheme, path)


def _host_allowed(host: str, allow: Sequence[str]) -> bool:
    return any(
        host.endswith(name[1:]) if name.startswith("*.") else host == name.strip("[]")
        for name in allow
    )


def _literal_allowed(host: str, allow: Sequence[str]) -> bool:
    literal = _as_address(host)
    return literal is not None and _in_networks(literal, allow)


def _in_networks(address: Address, allow: Sequence[str]) -> bool:
    for name in allow:
        try:
            network = ip_network(name.strip("[]"))
        except ValueError:
            continue
        if network.version == address.version and address in network:
            return True
    return False


def _as_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _not_public(host: str) -> WatchRefused:
    return WatchRefused(
        f"{host} is not at a public address. An administrator may allow it (MABELE_WEBHOOK_ALLOW).",
        f"{host} n’est pas à une adresse publique. Un administrateur peut l’autoriser "
        "(MABELE_WEBHOOK_ALLOW).",
    )


def _refused(why: str, pourquoi: str) -> WatchRefused:
    return WatchRefused(
        f"a webhook cannot go there: {why}.", f"un webhook ne peut y aller : {pourquoi}."
    )
