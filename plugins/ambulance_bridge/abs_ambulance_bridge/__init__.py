"""The ambulance bridge: a standalone ambulance system's language, to and from the core's."""
