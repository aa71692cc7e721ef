"""The wire over HTTP: `GET` and `POST /v1/messages` of the other side; no open port here."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from abs_ambulance_bridge.live.link import Answer, Unsure
from abs_ambulance_bridge.live.options import Link

PAGE = 500
TIMES = aiohttp.ClientTimeout(total=None, sock_connect=2.0, sock_read=10.0)
"""Seconds: for a connection, which over a cut cable is soon tried anew, and between two parts
of an answer."""
LINGER = 2.0
"""Seconds for which an empty box may wait for news, where the other side can."""
GONE = (aiohttp.ClientError, TimeoutError)
"""No answer, or half of one."""


class HttpWire:
    """A client with the secrets of one link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._messages = f"{link.url}/v1/messages"
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self._session() as http:
            self._http = http
            try:
                yield
            finally:
                self._http = None

    def _session(self) -> aiohttp.ClientSession:
        link = self._link
        trust: ssl.SSLContext | bool = True
        if link.url.startswith("https:"):
            trust = ssl.create_default_context(cafile=link.ca)
            if link.certificate is not None:
                trust.load_cert_chain(link.certificate, link.key)
        headers = {"Content-Type": "application/json"}
        if link.token:
            headers["Authorization"] = f"Bearer {link.token}"
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=TIMES,
        )

    async def pull(self, after: int) -> bytes:
        asked: dict[str, str | float] = {
            "after": after,
            "limit": PAGE,
            "partner": self._link.own,
            "wait": LINGER,
        }
        assert self._http is not None, "it is pulled over what was opened"
        try:
            get = self._http.get(self._messages, params=asked, allow_redirects=False)
            async with get as answer:
                if answer.status != 200:
                    raise Unsure(f"{answer.status} {answer.reason}")
                return await answer.read()
        except GONE as error:
            raise Unsure(repr(error)) from error

    async def give(self, text: str) -> Answer:
        """Over the open line; what is left to say once that was ended has its own."""
        if self._http is not None:
            return await self._post(self._http, text.encode())
        async with self._session() as http:
            return await self._post(http, text.encode())

    async def _post(self, http: aiohttp.ClientSession, text: bytes) -> Answer:
        try:
            async with http.post(self._messages, data=text, allow_redirects=False) as answer:
                words = (await answer.read()).decode(errors="replace")
                return Answer(answer.status, words)
        except GONE as error:
            raise Unsure(repr(error)) from error
