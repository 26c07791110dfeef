"""River Watch, an invented community that measures an invented river.

Nothing here is written into tables by hand: its people join, propose, claim, narrate,
hand in and review through the same deeds the pages call, at past times, from a fixed
seed. So what the demo shows is what the product does.
"""
