"""Looking: what a program may read, as its member may on the pages."""
