"""The Hub Santé v3 profile (FR-HS3): EDXL-DE envelopes with RC- and RS- messages."""
