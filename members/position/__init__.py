"""The position engine: from what others recognised to where a member stands.

Pure: lines, rules and a moment in; standings, reasons and forecasts out. No database, no
clock, no settings. ``docs/position.md`` gives every formula with its source.
"""
