from repertoire.models.entry import Entry, EntryLink, Revision

__all__ = ["Entry", "EntryLink", "Revision"]
