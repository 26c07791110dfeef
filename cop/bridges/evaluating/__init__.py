"""Evaluating: holding positions against a community whose core is known.

Pure: a history and the list a community itself keeps of its core in, figures out. The
history is replayed through the very engine a site runs on; nothing here is fitted, and
the list is read only to judge.
"""
