"""The one HTTP client: a request is tried again where that may help, within limits; what fails is a sentence.

Every request of ours can be sent twice without harm: queries change nothing, statements are sets, graphs are
copied, marks are replaced. The client knows addresses and media types; what a kind of server needs is handed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from ..errors import StoreError
from .credentials import Credentials
from .errors import CURES, RequestError, TransientError, broken_off, no_answer, refused, too_slow

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

P = ParamSpec("P")
T = TypeVar("T")
USER_AGENT = "policygraph"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a request is tried, and after what wait; all in seconds.

    ``timeout`` is how long an attempt may take; none begins when ``total`` has passed. The wait is drawn at random
    below ``first``, doubled from attempt to attempt up to ``longest``; a Retry-After header of the server is kept
    to, within ``longest``.
    """

    timeout: float = 600.0
    attempts: int = 6
    first: float = 0.25
    longest: float = 8.0
    total: float = inf

    def call(self, request: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """What ``request`` returns, called again where it raises TransientError. Raises the last of them."""
        from tenacity import Retrying

        return Retrying(**self._settings())(request, *arguments, **options)

    async def call_async(self, request: Callable[P, Awaitable[T]], *arguments: P.args, **options: P.kwargs) -> T:
        """The same for a coroutine."""
        from tenacity import AsyncRetrying

        return await AsyncRetrying(**self._settings())(request, *arguments, **options)

    def wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt."""
        from tenacity import wait_random_exponential

        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.after is not None:
            return min(error.after, self.longest)
        return float(wait_random_exponential(multiplier=self.first, max=self.longest)(state))

    def _settings(self) -> dict[str, Any]:
        from tenacity import retry_if_exception_type, stop_after_attempt, stop_after_delay

        return {
            "stop": stop_after_attempt(self.attempts) | stop_after_delay(self.total),
            "wait": self.wait,
            "retry": retry_if_exception_type(TransientError),
            "reraise": True,
        }


def settings(timeout: float) -> dict[str, Any]:
    """What every client of httpx is made with, ours and the asynchronous one of the server."""
    import httpx

    times = httpx.Timeout(timeout, connect=min(10.0, timeout))
    return {"timeout": times, "headers": {"User-Agent": USER_AGENT}}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: the address that gave it, its status, headers (names in any case), and body."""

    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """A context manager that closes its connections; ``cures`` says by status what a user can do."""

    def __init__(
        self,
        retry: RetryPolicy,
        who: Credentials | None = None,
        *,
        cures: Mapping[int, str] = CURES,
        follow_redirects: bool = False,
    ) -> None:
        import httpx

        self.retry, self.cures = retry, cures
        auth = who.auth() if who else None
        self._client = httpx.Client(auth=auth, follow_redirects=follow_redirects, **settings(retry.timeout))

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def post(self, address: str, what: str, **request: object) -> bytes:
        """The body of the answer; ``what`` names what is sent, as in “a query”. Raises RequestError."""
        return self.retry.call(self._send, "POST", address, what, _body, request)

    def ask(self, address: str, query: str, accept: str) -> tuple[bytes, str]:
        """The answer to a SPARQL query and its media type, "" where the server names none. Raises RequestError."""
        request = {"data": {"query": query}, "headers": {"Accept": accept}}
        return self.retry.call(self._send, "POST", address, "a query", _typed_body, request)

    def get(
        self,
        address: str,
        what: str,
        headers: Mapping[str, str],
        *,
        statuses: Container[int],
        most_bytes: int,
        cached: Mapping[str, str] | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Reply:
        """The answer, which is a success or has one of these statuses; redirects are not followed.

        With ``cached``, the validators of the answer at hand, it may be 304: nothing has changed.
        ``progress`` is called with the bytes so far and all of them (0 where the server does not say). Raises
        RequestError, also for an answer of more than ``most_bytes``.
        """

        def read(answer: httpx.Response) -> Reply:
            total, content = int(answer.headers.get("content-length") or 0), bytearray()
            for block in answer.iter_bytes(1 << 16):
                content += block
                if len(content) > most_bytes:
                    raise RequestError(f"{address} sends more than {most_bytes:,} bytes: is it the right address?")
                progress(len(content), total)
            return Reply(str(answer.url), answer.status_code, answer.headers, bytes(content))

        request = {"headers": {**headers, **_conditions(cached or {})}, "follow_redirects": False}
        return self.retry.call(self._send, "GET", address, what, read, request, statuses)

    def get_if_changed(
        self,
        address: str,
        what: str,
        accept: str,
        cached: Mapping[str, str],
        read: Callable[[httpx.Response], T],
    ) -> T | None:
        """What ``read`` makes of the answer, None where it has not changed (RFC 9110, section 13).

        ``cached`` are the ``validators`` of the answer at hand. ``read`` streams the body; where it raises
        TransientError all of it is tried again. Raises RequestError.
        """
        request = {"headers": {"Accept": accept, **_conditions(cached)}}

        def changed(answer: httpx.Response) -> T | None:
            return None if answer.status_code == 304 else read(answer)

        return self.retry.call(self._send, "GET", address, what, changed, request)

    def _send(
        self,
        method: str,
        address: str,
        what: str,
        read: Callable[[httpx.Response], T],
        request: Mapping[str, Any],
        statuses: Container[int] = (),
    ) -> T:
        import httpx

        try:
            with self._client.stream(method, address, **request) as answer:
                conditional = {"if-none-match", "if-modified-since"} & answer.request.headers.keys()
                expected = answer.is_success or answer.status_code in statuses
                if not (expected or (answer.status_code == 304 and conditional)):
                    raise refused(address, what, answer.status_code, answer.headers, answer.read(), self.cures)
                return read(answer)
        except httpx.InvalidURL as error:
            raise StoreError(f"{address} is no address ({error}): correct it.") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise transport_error(error, address, self.retry.timeout, self.cures) from error


def _body(answer: httpx.Response) -> bytes:
    return answer.read()


def _typed_body(answer: httpx.Response) -> tuple[bytes, str]:
    return answer.read(), answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def validators(headers: Mapping[str, str]) -> dict[str, str]:
    """What a server asks to be given back with the next conditional request; "" where it gave none."""
    return {"etag": headers.get("ETag", ""), "last_modified": headers.get("Last-Modified", "")}


def _conditions(cached: Mapping[str, str]) -> dict[str, str]:
    """The headers that ask for an answer only where it has changed."""
    conditions = {"If-None-Match": cached.get("etag", ""), "If-Modified-Since": cached.get("last_modified", "")}
    return {name: value for name, value in conditions.items() if value}


def transport_error(
    error: httpx.HTTPError, address: str, seconds: float, cures: Mapping[int, str] = CURES
) -> TransientError:
    """The error for a server that cannot be reached, goes away in the middle, or takes too long."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return no_answer(address, error)
    if isinstance(error, httpx.TimeoutException):
        return too_slow(address, seconds, cures)
    return broken_off(address, error)


def server_headers(address: str, timeout: float) -> Mapping[str, str]:
    """The headers of whatever is answered at ``address``, whatever its status. Raises StoreError."""
    import httpx

    try:
        return httpx.get(check_address(address), **settings(min(10.0, timeout))).headers
    except httpx.TransportError as error:
        raise StoreError(str(transport_error(error, address, timeout))) from error


def check_address(address: str) -> str:
    """The address. Raises StoreError where it is not of http or https, or has a user or password in it."""
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise StoreError(
            f"“{address}” is no address of a store or endpoint: give one such as http://localhost:7878."
        )
    if parts.username is not None or parts.password is not None:
        raise StoreError(
            f"The address of {parts.hostname} carries a user or password, which stays in your shell's history: "
            "leave it out and set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD instead."
        )
    return address
