"""The ports over NATS JetStream. This package alone imports the broker's client."""

from abs_core.adapters.nats.bus import NatsBus

__all__ = ["NatsBus"]
