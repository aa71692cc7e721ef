"""The contract kit: schemas, golden samples and draws, for our tests and for vendors'."""
