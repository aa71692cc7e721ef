"""Fixtures for whoever builds a block, with every pytest that finds abs-core installed."""
