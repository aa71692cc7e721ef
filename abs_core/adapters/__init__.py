"""The adapters behind the ports: memory and NATS side by side, clocks, ids, the embedded server."""
