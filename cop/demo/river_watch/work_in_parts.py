"""Work of River Watch that comes in parts: each in another area, all needed. All invented."""

from cop.demo.river_watch.work import DAY, RIGHT, SOME, Share, Work

RIFFLE = Work(
    "Sampling",
    "Count what lives in the {site} riffle, {day}",
    "The school and the eleven-year series",
    "Mayfly larvae are the first to go when the water turns, and nobody has counted since"
    " spring",
    "Three kick samples, sorted on the bank and put back alive, and a page the school can"
    " read. One person cannot do it well: whoever kicks does not see the trays, and whoever"
    " counts does not see the riffle. So each teaches the others their part.",
    180,
    DAY,
    SOME,
    "| Kick | Mayfly | Caddis | Freshwater shrimp | Leech |\n|---|--:|--:|--:|--:|\n"
    "| Head of the riffle | 41 | 12 | 63 | 0 |\n| Middle | 38 | 17 | 70 | 1 |\n"
    "| Tail | 9 | 4 | 88 | 6 |\n\n"
    "The tail has fewer mayfly and more leeches in all three trays. It lies below the drain"
    " at the stile; that is where, not why.\n\n"
    "For class 4: *We found 88 larvae of mayflies, which need clean water. Most live where"
    " the river runs fast. You can see them with a white tray and patience.*",
    unsure="Two larvae in the middle tray had lost their tails; they are in as mayfly.",
    used_in="the spring and autumn counts",
    notes=(),
    agents_welcome=False,
)

RIFFLE_SHARES = (
    Share(
        "Sampling",
        "Kick three samples",
        "Stood on the bank for ten minutes first. The riffle has a head, a middle and a tail,"
        " and the drain comes in at the tail.",
        "How I kick: net on the bed, opening upstream, one minute by the watch, heels into"
        " the stones a metre above it. Start at the tail and work **up**, or the second"
        " sample has the mud of the first.",
    ),
    Share(
        "Data",
        "Sort and count the trays",
        "Counted each tray twice, the second time from the other corner. Middle: 37, then 38.",
        "How I count: white tray, two centimetres of river, wait until they move. Mayfly have"
        " three tails and gills along the side, stonefly two tails and none. What I cannot"
        " tell goes into a saucer and is counted as itself, not as the nearest thing.",
    ),
    Share(
        "Outreach",
        "Write the page for class 4",
        "Read them the table on the telephone. They asked which one bites.",
        "How I write for ten-year-olds: one animal, one number, one thing to try. And no"
        " “clean” or “dirty” for the river: we counted animals, we did not test the water.",
    ),
)

FLOOD = Work(
    "Sampling",
    "Find how high the water stood at {site}, {day}",
    "Those who live behind the dyke at the ford",
    "The gauge was under water on the night, and the dyke is mended to this height",
    "The gauge stopped at 2.10 m. Flood marks on the walls, photographs people took that"
    " night, and what the neighbours say, brought together to one height with its doubt.",
    60,
    RIGHT,
    SOME,
    body="",
    notes=(),
    agents_welcome=False,
    is_awaited=True,
)

FLOOD_SHARES = (
    Share(
        "Sampling",
        "Measure the marks on the walls",
        "Five walls, five lines of silt. The chapel’s is the sharpest: 2.34 m above the gauge’s"
        " nought.",
        "How I measured: staff upright on the sill, read the **top** of the silt line, both ends"
        " of the wall. Where the ends differ by more than a hand it was a wave, so I left it.",
    ),
    Share(
        "Data",
        "Put the photographs in order of time",
        "Fourteen photographs so far. Nine know their hour; for the others the streetlamps help,"
        " which went out at 02:40.",
        "",
    ),
    Share("Outreach", "Ask the neighbours what they saw", "", ""),
)
