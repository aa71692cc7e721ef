"""The application: commands in, the log, feeds out, queries, health."""
