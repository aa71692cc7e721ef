"""Pager traffic (P2000): reads what was sent, and rebuilds the decisions behind it.

A page is the output of dispatching: it stands for a desk's decision. So a file of
pages makes a reconstruction, never a record of what a desk knew. Nothing here
sends a page: the write side makes text.
"""
