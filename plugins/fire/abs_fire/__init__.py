"""The fire block: from class and escalation to a proposal that its desk decides on."""
