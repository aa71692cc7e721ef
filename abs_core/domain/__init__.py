"""The rules of the generic core, pure: no clock, no ids, no I/O."""
