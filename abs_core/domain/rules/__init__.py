"""The rules of an incident, by what they are about; each module registers its own."""
