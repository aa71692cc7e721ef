"""Sending, the thin way: one frame a message into the client's outbound list.

The client library's own `publish` checks, copies and wakes a task for every
message, which is most of the cost of a command. The list is the library's own,
so that nothing overtakes a subscription: two of its private fields, for which
the release range in pyproject.toml is narrow.
"""

from collections.abc import Mapping

from abs_contracts.refusal import Refused

from abs_core.adapters.nats.frames import Client


class NotConnected(Exception):  # noqa: N818 - a state that passes
    """Nothing was sent, and nothing is kept for later."""


class Wire:
    """The way out of one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(
        self, subject: str, data: bytes, reply: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Send one message at the end of this turn of the loop.

        The headers are ours, without line ends.
        Raises NotConnected, or Refused (BROKER-001) when it is too large.
        """
        client = self._client
        if not client.is_connected:
            raise NotConnected
        if subject.split() != [subject]:
            raise ValueError(f"{subject!r} is no subject")
        if len(data) > client.max_payload:
            raise _too_large(subject, data, client.max_payload)
        frame = _frame(subject, data, reply, headers)
        client._pending.append(frame)
        client._pending_data_size += len(frame)
        client.flush_soon()


def _frame(subject: str, data: bytes, reply: str, headers: Mapping[str, str] | None) -> bytes:
    where = f"{subject} {reply}" if reply else subject
    if headers is None:
        return b"PUB %b %d\r\n%b\r\n" % (where.encode(), len(data), data)
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    head = f"NATS/1.0\r\n{lines}\r\n".encode()
    size = len(head)
    return b"HPUB %b %d %d\r\n%b%b\r\n" % (where.encode(), size, size + len(data), head, data)


def _too_large(subject: str, data: bytes, most: int) -> Refused:
    return Refused(
        rule="BROKER-001",
        what=f"{len(data)} bytes are more than the broker takes in one message",
        where=subject,
        fix=f"send at most {most} bytes",
    )
