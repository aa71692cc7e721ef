"""The broker's JetStream interface: requests and answers as data, errors as ours."""

from typing import Literal, TypeVar

import msgspec
from abs_contracts.refusal import Refused
from msgspec import UNSET, UnsetType

from abs_core.adapters.nats.calls import Calls
from abs_core.ports import Conflict, Full, Unknown, Unreachable

T = TypeVar("T")

WRONG_SEQUENCE = (10071, 10164)
NO_SPACE = (10002, 10023, 10028, 10047, 10077, 10122)
MISSING = (10014, 10059)
TAKEN = (10058, 10148)  # a stream or consumer of this name exists, made otherwise
LATER = (10008, 10009, 10074, 10075)  # no leader, no peers, temporarily unavailable


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    code: int = 0
    err_code: int = 0
    description: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer may be: an error."""

    error: Failure | None = None


class Written(Answer, frozen=True, kw_only=True):
    seq: int = 0


class State(msgspec.Struct, frozen=True, kw_only=True):
    last_seq: int = 0


class StreamConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as we make them; the broker's defaults for the rest."""

    name: str
    subjects: tuple[str, ...] = ()
    storage: str = "file"
    discard: str = "new"
    allow_direct: bool = True
    deny_delete: bool = True
    max_msgs_per_subject: int = -1
    persist_mode: Literal["async", "default"] | UnsetType = UNSET


class StreamInfo(Answer, frozen=True, kw_only=True):
    config: StreamConfig = StreamConfig(name="")
    state: State = State()


class ConsumerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A consumer as we make them; durations in nanoseconds."""

    deliver_policy: str = "by_start_sequence"
    opt_start_seq: int
    ack_policy: Literal["none", "all"]
    durable_name: str | UnsetType = UNSET
    ack_wait: int | UnsetType = UNSET
    max_ack_pending: int | UnsetType = UNSET
    mem_storage: bool | UnsetType = UNSET
    inactive_threshold: int | UnsetType = UNSET


class CreateConsumer(msgspec.Struct, frozen=True, kw_only=True):
    stream_name: str
    config: ConsumerConfig
    action: Literal["create", ""] = ""


class ConsumerInfo(Answer, frozen=True, kw_only=True):
    name: str = ""
    num_ack_pending: int = 0


class Pull(msgspec.Struct, frozen=True, kw_only=True):
    """A request for the next records; durations in nanoseconds."""

    batch: int
    expires: int
    idle_heartbeat: int


class DirectGet(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    next_by_subj: str
    batch: int


class LastOf(msgspec.Struct, frozen=True, kw_only=True):
    last_by_subj: str


def failed(error: Failure, where: str) -> Exception:
    """What the broker's error means behind our ports."""
    why = f"{where}: {error.description}"
    if error.err_code in WRONG_SEQUENCE:
        return Conflict(why)
    if error.err_code in NO_SPACE:
        return Full(why)
    if error.err_code in MISSING:
        return Unreachable(why)
    if error.err_code in LATER or error.code == 503:
        return Unknown(why)
    return Refused(
        rule="BROKER-003",
        what=f"the broker refused: {error.description or 'no reason given'} ({error.err_code})",
        where=where,
        fix="look the number up in the broker's documentation, or in its log",
    )


async def ask(
    calls: Calls, subject: str, request: msgspec.Struct | None, answer: type[T], within: float
) -> T:
    """One request to the JetStream interface; the answer may still carry an error.

    Raises Unknown also when nobody answers: the interface itself is away then.
    """
    data = b"" if request is None else msgspec.json.encode(request)
    try:
        message = await calls.call(f"$JS.API.{subject}", data, within=within)
    except Unreachable:
        raise Unknown(f"JetStream does not answer for {subject}") from None
    return msgspec.json.decode(message.data, type=answer)


async def stream_info(calls: Calls, name: str, within: float) -> StreamInfo:
    """What a stream holds and how far it is. Raises what its error means, or Unknown."""
    info = await ask(calls, f"STREAM.INFO.{name}", None, StreamInfo, within)
    if info.error is not None:
        raise failed(info.error, name)
    return info
