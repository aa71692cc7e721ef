"""The messages of the generic core, grouped by the aggregate they are about."""
