"""What partners say: one message against what is kept. Pure: time comes with it."""

from collections.abc import Callable
from typing import Any

from standalone_ambulance.deciding import Decision, Desk
from standalone_ambulance.inward import answers, asks, cases, vehicles
from standalone_ambulance.profile import Received
from standalone_ambulance.profile import contents as wire


def take(message: Received, desk: Desk) -> Decision:
    """What a message does. Raises Fault: 700, 701, 702, 704."""
    return RULES[type(message.content)](message.content, message, desk)


RULES: dict[type, Callable[[Any, Received, Desk], Decision]] = {
    wire.SharedCase: cases.shared_case,
    wire.HealthCase: cases.health_case,
    wire.HealthChange: cases.health_change,
    wire.SharedResources: vehicles.shared_resources,
    wire.HealthResources: vehicles.health_resources,
    wire.ResourceStatus: vehicles.resource_status,
    wire.Positions: vehicles.positions,
    wire.ResourceRequest: asks.request,
    wire.ResourceResponse: asks.response,
    wire.Reference: answers.reference,
    wire.Error: answers.error,
}
