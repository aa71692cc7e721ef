"""Scenarios: stories as files, played on a running system, and checked afterwards."""
