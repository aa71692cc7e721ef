"""A second profile, of our own making and of no use: it shows that the port is one."""
