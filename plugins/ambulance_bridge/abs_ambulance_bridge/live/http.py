"""The wire over HTTP: `GET` and `POST /v1/messages` of the other side; no open port here."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from abs_ambulance_bridge.live.link import Answer, Unsure
from abs_ambulance_bridge.live.options import Link

PAGE = 500
WITHIN = 10.0  # seconds for one answer
LINGER = 2.0  # seconds for which an empty box may wait for news, where the other side can


class HttpWire:
    """A client with the secrets of one link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._http: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self._client() as http:
            self._http = http
            try:
                yield
            finally:
                self._http = None

    def _client(self) -> httpx.AsyncClient:
        link = self._link
        trust: ssl.SSLContext | bool = True
        if link.url.startswith("https:"):
            trust = ssl.create_default_context(cafile=link.ca)
            if link.certificate is not None:
                trust.load_cert_chain(link.certificate, link.key)
        headers = {"Authorization": f"Bearer {link.token}"} if link.token else {}
        return httpx.AsyncClient(
            base_url=link.url, headers=headers, verify=trust, timeout=WITHIN, trust_env=False
        )

    async def pull(self, after: int) -> bytes:
        params: dict[str, str | float] = {
            "after": after,
            "limit": PAGE,
            "partner": self._link.own,
            "wait": LINGER,
        }
        assert self._http is not None, "it is pulled over what was opened"
        try:
            answer = await self._http.get("/v1/messages", params=params)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unsure(repr(error)) from error
        return answer.content

    async def give(self, text: str) -> Answer:
        try:
            answer = await self._post(text.encode())
        except httpx.HTTPError as error:
            raise Unsure(repr(error)) from error
        return Answer(answer.status_code, answer.text)

    async def _post(self, text: bytes) -> httpx.Response:
        """Over the open line; what is left to say once that was ended has its own."""
        if self._http is not None:
            return await self._http.post("/v1/messages", content=text)
        async with self._client() as http:
            return await http.post("/v1/messages", content=text)
