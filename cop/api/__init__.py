"""The door for programs that speak JSON: ``/api/v1/``.

What a member can do in the pages and no more, in the same words. Each operation asks one
function of ``cop.programs``; here are addresses, statuses and headers.
"""
