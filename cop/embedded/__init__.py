"""PostgreSQL and Valkey from wheels, for the demo and the tests.

Only the servers' programs are taken from the wheels. They run as children of one
process that owns them, keep everything in one directory and are reached through
Unix sockets in it, so any number of copies run beside each other. Nothing here
imports Django: the servers must be up before settings are read.
"""

from cop.embedded.servers import Servers

__all__ = ["Servers"]
