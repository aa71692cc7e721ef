"""Contracts of the Adaptief Basis Systeem: the messages that every layer shares."""

from abs_contracts.catalogue import CORE, Catalogue, Contract, Kind, Sight
from abs_contracts.codec import MAX_BYTES, Message, decode_command, decode_event, encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.refusal import Refusal, Refused

__all__ = [
    "CORE",
    "MAX_BYTES",
    "Catalogue",
    "Contract",
    "Envelope",
    "Kind",
    "Message",
    "Refusal",
    "Refused",
    "Sight",
    "decode_command",
    "decode_event",
    "encode",
    "seal",
]
