"""Between the messages of the profile and those of the core, both ways."""
