"""Saying: what programs are told of each noun, typed and with examples.

One module a noun. What members wrote is text and stays text: never HTML, and never an
instruction to whoever reads it.
"""
