"""The standalone system and the bridge as processes of their own."""

import asyncio
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from abs_core.testing.block import BlockUnderTest
from abs_core.testing.room import PATIENCE

OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"


class Outside:
    """The standalone system as a process of its own."""

    scheme = "http"

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.run("init", str(folder), "--port", str(self.port), "--name", THEIRS)
        token = (folder / "operator.token").read_text("utf-8").strip()
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, verify=self.trust()
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def trust(self) -> ssl.SSLContext | bool:
        return True

    @property
    def options(self) -> dict[str, str]:
        token = str(self.folder / "partner.token")
        return {"url": self.url, "partner": THEIRS, "token_file": token, "poll_seconds": "0.05"}

    @staticmethod
    def run(*words: str) -> None:
        command = [sys.executable, "-m", "standalone_ambulance", *words]
        subprocess.run(command, check=True, capture_output=True)

    async def start(self) -> None:
        command = [sys.executable, "-m", "standalone_ambulance", "serve", str(self.folder)]
        self.process = subprocess.Popen(command)  # noqa: ASYNC220 - it only starts
        await self.until(lambda: self.look("vehicles"), lambda _: True)

    def kill(self) -> None:
        """kill -9, and nothing of it is left running."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def look(self, what: str) -> Any:
        answer = await self.http.get(f"/desk/{what}")
        answer.raise_for_status()
        return answer.json()

    async def letters(self) -> list[Any]:
        """All that it wrote to us, with what became of it."""
        found: list[Any] = []
        while page := await self.look(
            f"letters/{OURS}?after={found[-1]['number'] if found else 0}"
        ):
            found += page
        return found

    async def do(self, command: str, **fields: Any) -> Any:
        answer = await self.http.post("/desk/commands", json={"do": command, **fields})
        assert answer.is_success, answer.text
        return answer.json()

    async def faults(self, **faults: Any) -> None:
        (await self.http.put("/simulation/faults", json=faults)).raise_for_status()

    async def call(self, street: str) -> str:
        """A call that is shared with the room; its case."""
        place = {"address": street, "city": "Den Haag"}
        event = {"code": "C02.08.02", "label": "A fall at home"}
        done = await self.do("take_call", number="+31600000112", place=place, event=event)
        await self.do("share", case=done["case"], partner=OURS)
        return str(done["case"])

    async def until(self, ask: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> Any:
        """What it says, once this holds; it says something only when asked."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if holds(found := await ask()):
                        return found
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.02)


class Secured(Outside):
    """The same behind TLS; it hears nobody who shows no certificate."""

    scheme = "https"

    def trust(self) -> ssl.SSLContext:
        """Makes the certificates; one serves for both sides."""
        certificate, key = str(self.folder / "cert.pem"), str(self.folder / "key.pem")
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=outside"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        settings = self.folder / "station.toml"
        listen = '[listen]\ncertificate = "cert.pem"\nkey = "key.pem"\nclient_ca = "cert.pem"'
        settings.write_text(settings.read_text("utf-8").replace("[listen]", listen), "utf-8")
        context = ssl.create_default_context(cafile=certificate)
        context.load_cert_chain(certificate, key)
        return context

    @property
    def options(self) -> dict[str, str]:
        certificate, key = str(self.folder / "cert.pem"), str(self.folder / "key.pem")
        return {**super().options, "ca": certificate, "certificate": certificate, "key": key}


class Process:
    """The bridge as a process of its own, under the Agreement of `block`."""

    def __init__(self, block: BlockUnderTest, url: str, options: dict[str, str]) -> None:
        text = msgspec.json.encode(options).decode()
        words = ["block", "--url", url, "--block", "ambulance-bridge", "--options", text]
        self._command = [sys.executable, "-m", "abs_core.process", *words]
        self._credentials = msgspec.json.encode(block.credentials) + b"\n"

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        self._process.stdin.write(self._credentials)
        self._process.stdin.flush()

    def kill(self) -> None:
        """kill -9, and nothing of it is left running."""
        self._process.kill()
        self._process.communicate()
