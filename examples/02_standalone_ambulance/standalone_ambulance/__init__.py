"""A standalone ambulance dispatch system: cases, vehicles and a desk of its own.

It shares cases with others in messages of the Hub Santé v3 profile and knows nothing
of what stands behind them. Everything in it is synthetic.
"""
