"""A whole repertoire taken along: as a folder of Markdown, or with all its history."""
