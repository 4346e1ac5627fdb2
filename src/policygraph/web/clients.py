"""How much of the server one address may have: open connections, and requests in progress.

An IPv6 client has a network of 64 bits to choose addresses from: it counts as one.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..errors import ServerError
from .delivery.problems import as_text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SENTENCE = "Too many connections or requests of this address are open: close some, and ask again."
RETRY_AFTER = 5
CLOSING = (
    f"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: {RETRY_AFTER}\r\n"
    f"Content-Length: {len(as_text(SENTENCE))}\r\nConnection: close\r\n\r\n"
).encode() + as_text(SENTENCE)
"""What is written to a connection above the limit before it is closed."""


def networks(proxies: Iterable[str]) -> list[Network]:
    """The addresses or networks of proxies; raises ServerError for what is neither."""
    try:
        return [ipaddress.ip_network(proxy) for proxy in proxies]
    except ValueError as error:
        raise ServerError(
            f"--proxy: {error}: give the proxy's address, such as 127.0.0.1 or 10.0.0.0/8."
        ) from error


def holder(host: str) -> str:
    """Whom an address stands for: itself, or its network of 64 bits.

    >>> holder("192.0.2.1"), holder("2001:db8::1:2"), holder("a name")
    ('192.0.2.1', '2001:db8::', 'a name')
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)).network_address)


class Share:
    """Counts what each address has; ``take`` says whether it may have one more. Proxies may have any number."""

    def __init__(self, most: int, proxies: Iterable[Network] = ()) -> None:
        self.most, self._proxies = most, list(proxies)
        self._taken: Counter[str] = Counter()

    def take(self, host: str) -> bool:
        """One more for an address; whether that is within its share. Either way ``give_back`` ends it."""
        self._taken[holder(host)] += 1
        return self._taken[holder(host)] <= self.most or self._is_proxy(host)

    def give_back(self, host: str) -> None:
        """One less."""
        client = holder(host)
        self._taken[client] -= 1
        if self._taken[client] <= 0:
            del self._taken[client]

    def _is_proxy(self, host: str) -> bool:
        try:
            return any(ipaddress.ip_address(host) in proxy for proxy in self._proxies)
        except ValueError:
            return False


class ClientShare:
    """Answers 429 to an address with too many requests in progress: through a proxy it is the forwarded one."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self._share = app, Share(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope.get("client"):
            await self.app(scope, receive, send)
            return
        host = scope["client"][0]
        try:
            if self._share.take(host):
                await self.app(scope, receive, send)
            else:
                refusal = PlainTextResponse(as_text(SENTENCE), 429, {"Retry-After": str(RETRY_AFTER)})
                await refusal(scope, receive, send)
        finally:
            self._share.give_back(host)
