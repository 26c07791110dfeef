"""Doing: one function for each act of ``cop.programs.acts``.

Each takes where the program is, what it gives and the time, asks the deed a page would
ask, and says what became of it; ``Refused`` goes through to the door.
"""
