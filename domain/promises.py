"""What a community promises whoever hands something in or proposes something."""

from datetime import timedelta

#: Speed is kindness: what authors are told to expect, and told about when it slips.
PROMISED_WITHIN = timedelta(hours=48)
#: Twice the promise: asking readers has not helped, so organizers are told.
STALLED_AFTER = timedelta(hours=96)
