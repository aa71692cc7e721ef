"""The messages of the Hub Santé v3 profile, as far as this system speaks it."""

from standalone_ambulance.profile.envelope import (
    Distribution,
    Envelope,
    Fault,
    Kind,
    Received,
    Sending,
    enveloped,
    read,
)

__all__ = [
    "Distribution",
    "Envelope",
    "Fault",
    "Kind",
    "Received",
    "Sending",
    "enveloped",
    "read",
]
