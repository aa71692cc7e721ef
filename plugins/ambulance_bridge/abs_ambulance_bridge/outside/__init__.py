"""The other side of the bridge in a story: a standalone system with its operators and crews."""
