"""The generic core of the Adaptief Basis Systeem."""
