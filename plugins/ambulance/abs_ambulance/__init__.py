"""The ambulance block: triage, proposals and rides, and medical data that never leaves it."""
