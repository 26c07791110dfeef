"""Finding: one search over the repertoire, tasks, logs and people.

``asked`` reads what was typed, ``scope`` says where the reader may look, ``matches``
asks PostgreSQL and weighs, ``rows`` fetches what is shown, ``snippets`` marks the words.
"""
