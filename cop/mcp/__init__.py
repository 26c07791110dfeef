"""The door for agents that speak the Model Context Protocol: ``/mcp``.

Tools, resources and prompts over the same functions as the API's. A model reads what this
door says, so what members wrote is marked as theirs, and whoever is refused reads why.
"""
