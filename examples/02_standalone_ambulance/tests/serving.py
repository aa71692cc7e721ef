"""A station as a process on loopback, and a partner that takes what it pushes."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from standalone_ambulance.cli import server_options
from standalone_ambulance.service import Service
from standalone_ambulance.settings import create, load
from standalone_ambulance.web import application

from .conftest import OUTSIDE, ROOM

LONG = 30.0
"""Seconds after which waiting has failed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], what: str) -> Any:
    """What it says as soon as it says something."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError(f"never: {what}")


class Room:
    """The partner: answers pushes with `status`, and remembers them all."""

    def __init__(self) -> None:
        self.pushed: list[Any] = []
        self.tokens: set[str | None] = set()
        self.statuses: list[int] = []
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                room.tokens.add(self.headers["Authorization"])
                try:
                    room.pushed.append(json.loads(raw))
                except ValueError:
                    room.pushed.append(raw)
                self.send_response(room.statuses.pop(0) if room.statuses else 202)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/messages"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ids(self) -> list[str]:
        return [each["distributionID"] for each in self.pushed if isinstance(each, dict)]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Station:
    """A station in a folder, served on loopback by a thread of this process."""

    def __init__(
        self,
        folder: Path,
        push_url: str | None = None,
        name: str = OUTSIDE,
        partner: str = ROOM,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.partner = partner
        create(folder, name, self.port, partner, push_url)
        self.base = f"http://127.0.0.1:{self.port}"

    def token(self, whose: str) -> dict[str, str]:
        secret = (self.folder / f"{whose}.token").read_text().strip()
        return {"Authorization": f"Bearer {secret}"}

    def start(self) -> None:
        app = application(Service(load(self.folder)))
        options = {**server_options(load(self.folder)), "timeout_graceful_shutdown": 0}
        self.server = uvicorn.Server(uvicorn.Config(app, **options))
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        self.wait()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(LONG)
        assert not self.thread.is_alive()

    def wait(self) -> None:
        until(self.is_up, "the station answers")

    def is_up(self) -> bool:
        try:
            return httpx.get(
                f"{self.base}/openapi.json", trust_env=False, verify=self.context()
            ).is_success
        except httpx.TransportError:
            return False

    def context(self) -> ssl.SSLContext | bool:
        """Whom to believe, and what to show: nothing without TLS."""
        return False

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        who = "partner" if path.startswith("/v1") else "operator"
        headers = {**self.token(who), **more.pop("headers", {})}
        url = f"{self.base}{path}"
        return httpx.request(
            method,
            url,
            json=body,
            headers=headers,
            trust_env=False,
            timeout=LONG,
            verify=self.context(),
            **more,
        )

    def do(self, what: str, **fields: Any) -> Any:
        answer = self.ask("POST", "/desk/commands", {"do": what, **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def give(self, body: Any) -> httpx.Response:
        return self.ask("POST", "/v1/messages", body)

    def fault(self, **fields: Any) -> None:
        assert self.ask("PUT", "/simulation/faults", fields).status_code == 200

    def call(self) -> str:
        """A case of its own, shared with the room."""
        place = {"address": "Spui 70", "city": "Den Haag"}
        event = {"code": "C02.08.02", "label": "A fall"}
        done = self.do("take_call", number="+31600000112", place=place, event=event)
        self.do("share", case=done["case"], partner=self.partner)
        return str(done["case"])

    def letters(self) -> list[Any]:
        found = self.ask("GET", "/v1/messages", params={"limit": 1000}).json()
        return list(found["messages"])


class Process(Station):
    """A station in a process of its own, which can be killed and started again."""

    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "standalone_ambulance", "serve", str(self.folder)]
        self.process = subprocess.Popen(command)
        self.wait()

    def kill(self) -> None:
        """kill -9, at once."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def message(n: int, case: str | None = None, kind: str = "Report") -> dict[str, Any]:
    """A case of the room's, as a whole message."""
    ident = f"{ROOM}_{n}"
    content = {
        "caseId": case or f"{ROOM}.2026-{n:06d}",
        "creation": "2026-03-01T12:00:00+01:00",
        "referenceVersion": "1.3",
        "qualification": {"whatsHappen": {"code": "C02.08.00", "label": "A fall"}},
        "location": {"locID": "1", "country": "NL", "detailedAddress": {"complete": f"Spui {n}"}},
        "freetext": [f"line {n}"],
    }
    body: dict[str, Any] = {
        "messageId": ident,
        "sender": {"name": ROOM, "URI": f"hubex:{ROOM}"},
        "sentAt": "2026-03-01T12:00:00+01:00",
        "kind": kind,
        "status": "Actual",
        "recipient": [{"name": OUTSIDE, "URI": f"hubex:{OUTSIDE}"}],
        "createCase": content,
    }
    return {
        "distributionID": ident,
        "senderID": ROOM,
        "dateTimeSent": "2026-03-01T12:00:00+01:00",
        "dateTimeExpires": "2072-03-01T12:00:00+01:00",
        "distributionStatus": "Actual",
        "distributionKind": kind,
        "descriptor": {
            "language": "nl-NL",
            "explicitAddress": {
                "explicitAddressScheme": "hubex",
                "explicitAddressValue": OUTSIDE,
            },
        },
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": body}}}],
    }
