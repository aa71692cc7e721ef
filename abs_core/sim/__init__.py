"""The simulator: a whole room on one event loop of virtual time, with faults as data.

Core, feeder, hosts and blocks run unchanged over the memory bus. One seed decides
everything, so whatever goes wrong can be played again.
"""
