"""The pilots' figures (KPIs), from the records of the log and nothing else: a pure function.

What the log does not say is said not to be there; nothing is made up for it.
"""
