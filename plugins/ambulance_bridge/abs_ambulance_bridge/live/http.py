"""The link over HTTP: messages are pulled by cursor and given by POST; no open port here."""

import asyncio
import datetime as dt
import hashlib
import ssl

import httpx
import msgspec

from abs_ambulance_bridge.live.contracts import Arrived, Delivered, NotTaken, Outgoing
from abs_ambulance_bridge.live.options import Link
from abs_ambulance_bridge.live.turn import LINK
from abs_core.sdk import Deliver

NEVER = (400, 403, 409, 413, 422)
"""Answers by which the other side will not take this message, however often it comes."""
PAGE = 500
WITHIN = 10.0  # seconds for one answer


class Page(msgspec.Struct):
    """Messages after a cursor, and the cursor to go on with."""

    messages: list[msgspec.Raw]
    next: int


class HttpLink:
    """One standalone system. While nothing can be said to it, nothing is taken from it:
    so what we owe it stays bounded."""

    name = LINK

    def __init__(self, link: Link) -> None:
        self._link = link
        self._deliver: Deliver | None = None
        self._running = asyncio.Event()
        self._heard = asyncio.Event()
        self._heard.set()

    async def run(self, deliver: Deliver) -> None:
        """Pull for ever. The cursor begins anew with the process: the host drops what it has."""
        self._deliver = deliver
        cursor = 0
        async with self._client() as self._http:
            self._running.set()
            try:
                while True:
                    await self._heard.wait()
                    page = await self._page(cursor)
                    await asyncio.gather(*(self._bring(deliver, each) for each in page.messages))
                    cursor = page.next
                    if not page.messages:
                        await asyncio.sleep(self._link.pause)
            finally:
                self._running.clear()

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

    async def _page(self, cursor: int) -> Page:
        params: dict[str, str | int] = {"after": cursor, "limit": PAGE, "partner": self._link.own}
        answer = await self._http.get("/v1/messages", params=params)
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=Page)

    async def _bring(self, deliver: Deliver, raw: msgspec.Raw) -> None:
        """One message, under its distribution id and a digest of what it says."""
        tree = msgspec.json.decode(raw)
        ident = tree.get("distributionID") if isinstance(tree, dict) else None
        key = f"{ident} {hashlib.sha256(raw).hexdigest()[:16]}"
        await deliver(key, Arrived(came_from=self._link.partner, text=bytes(raw).decode()))

    async def _post(self, text: bytes) -> httpx.Response:
        """Over the line of `run`; what is left to say once that was ended has its own."""
        if self._running.is_set():
            return await self._http.post("/v1/messages", content=text)
        async with self._client() as http:
            return await http.post("/v1/messages", content=text)

    async def send(self, effect: str, at: dt.datetime, payload: msgspec.Struct) -> None:  # noqa: ARG002 - the letter's own id is the effect's, and its time stands in it
        """Give one message. The other side knows a repeat by its distribution id."""
        assert isinstance(payload, Outgoing)
        while self._deliver is None:
            await self._running.wait()
        try:
            answer = await self._post(payload.text.encode())
        except httpx.HTTPError:
            self._heard.clear()
            raise
        if answer.status_code in NEVER:
            why = f"{answer.status_code} {answer.text[:1000]}"
            await self._deliver(payload.letter, NotTaken(letter=payload.letter, why=why))
        elif answer.is_success:
            await self._deliver(payload.letter, Delivered(letter=payload.letter))
        else:
            self._heard.clear()
            answer.raise_for_status()
        self._heard.set()
