"""The work of River Watch: what the practice needs, and what comes back. All invented."""

from dataclasses import dataclass

from domain.centrality import Consequence, Reliance

SITES = (
    "Mill Bridge",
    "Weir Lane",
    "Sallow Ford",
    "Tamsel Mead",
    "Dunford",
    "Otter Reach",
    "Kingsmere Lock",
    "Alder Pool",
)


DONE_MEANS = "Another member could use it today without asking you anything."


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: ``{site}`` and ``{day}`` stand for where and when."""

    area: str
    title: str
    beneficiary: str
    use: str
    brief: str
    minutes: int
    consequence: Consequence
    reliance: Reliance
    body: str
    notes: tuple[str, ...]
    unsure: str = ""
    seats: int = 1
    done_means: str = DONE_MEANS
    used_in: str = ""
    for_newcomers: bool = False
    agents_welcome: bool = True
    #: Somebody waits for it whenever it is raised, and not just now and then.
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a piece of work: its area, and how its holder goes about it."""

    area: str
    title: str
    note: str
    #: What the holder teaches the others of it.
    lesson: str


RIGHT, DAY, HELD, UNDONE = Consequence
ONE, SOME, MANY, PUBLIC = Reliance

WORKS = (
    # At the edge: easily put right.
    Work(
        "Data",
        "Transcribe the {site} field sheets, {day}",
        "Readers of the autumn dataset",
        "Feeds the public autumn dataset, which has a gap at {site}",
        "One scanned page, six rows. Type the readings in as they stand. Where a figure"
        " cannot be read, say so; do not guess. You will meet [[field blank]] and"
        " [[turbidity]].",
        20,
        RIGHT,
        SOME,
        "| Time | Water, °C | Turbidity, NTU | Nitrate, mg/l |\n|---|--:|--:|--:|\n"
        "| 09:10 | 11.4 | 6.2 | 2.1 |\n| 09:40 | 11.6 | 6.8 | 2.3 |\n"
        "| 10:10 | 11.7 | 7.0 | 2.7 or 2.1 |\n| 10:40 | 11.9 | 6.9 | 2.2 |\n\n"
        "The row at 10:10 is smudged, so both readings are in.",
        (
            "Read the whole sheet once before typing anything. Looked up [[field blank]].",
            "Third nitrate reading: 2.1 or 2.7. Zoomed in, still not sure.",
            "Compared the sevens on the sheets either side. This one is not crossed.",
        ),
        unsure="The third nitrate figure is smudged.",
        used_in="the autumn dataset",
    ),
    Work(
        "Outreach",
        "Check 12 photo labels from the {site} walk",
        "Whoever looks for the paths",
        "Goes on the public photo map people use to find the paths",
        "Twelve photographs with place and date. Compare each with the route card and put"
        " right what is off. A wrong label is easily mended; an unlabelled photograph is"
        " never found again.",
        15,
        RIGHT,
        MANY,
        "Nine labels stand. Three were off by one stile: 4, 7 and 11. Photograph 9 looks"
        " upstream, the label said downstream.",
        (
            "Laid the photographs along the route card first.",
            "Photograph 9: the bridge has three arches, so it looks upstream.",
        ),
        used_in="the photo map",
        for_newcomers=True,
        agents_welcome=False,
        seats=2,
    ),
    Work(
        "Outreach",
        "Phone the lock-keeper for the {site} gate log, {day}",
        "Whoever explains the spike",
        "Gate times explain a spike at {site} that holds up two plots",
        "Ask for the times the gates were opened that week, and who opened them. Write down"
        " what was said, not what it means.",
        25,
        RIGHT,
        ONE,
        "Opened 06:20 to 07:05 on Tuesday and 18:10 to 18:30 on Thursday, both for debris."
        " The keeper was not on duty on Wednesday and will ask. Both fit a [[lock spike]], by the"
        " lock’s [[river clock]], which is summer time.",
        (
            "Rang at ten, as asked: the gates are quiet then.",
            "The spike starts twenty minutes after the first opening. Noted the clock they use.",
        ),
        agents_welcome=False,
        used_in="the spike notes",
    ),
    Work(
        "Sampling",
        "Read the {site} kit list with a first-timer’s eye, {day}",
        "Nine people who pack on Saturday",
        "Nine people pack from this list on Saturday at {site}",
        "Pretend you have never been out. Mark every word you would have to ask about. You"
        " will meet [[grab sample]] and [[field blank]].",
        30,
        RIGHT,
        SOME,
        "Four words I had to ask about, with what I was told. Two items are listed twice."
        " The list does not say how many bottles for two banks.",
        (
            "Packed an empty rucksack from the list, aloud.",
            "“Rinse” appears three times and means two things.",
        ),
        used_in="the kit list",
        seats=3,
        for_newcomers=True,
    ),
    Work(
        "Data",
        "Sort the {site} photographs by bank, {day}",
        "Whoever plots the two banks",
        "The two-bank rule cannot be checked at {site} without it",
        "Thirty photographs, left or right bank. The current tells you; the light does not.",
        15,
        RIGHT,
        ONE,
        "Seventeen left, twelve right, one I cannot tell: number 22, taken from the bridge. So"
        " the [[two-bank rule]] can be checked on all but one.",
        ("Used the drift of leaves, not the sun.", "Number 22 stays open."),
        used_in="the bank plots",
    ),
    Work(
        "Reporting",
        "Put the {site} note into plain words, {day}",
        "People who fish at {site}",
        "Pinned to the board at {site} for people who fish there",
        "Half a page of readings. Say what it means for somebody who eats what they catch,"
        " without saying more than was measured.",
        40,
        RIGHT,
        SOME,
        "The water was a little warmer and a little cloudier than last month. Neither is"
        " unusual for the week after rain. Nothing measured here says the fish are unsafe,"
        " and nothing says they are safe: that was not measured.",
        (
            "Read it to my neighbour, who asked what NTU is. Took it out.",
            "The last sentence is the one that matters. Kept it last.",
        ),
        used_in="the board at the ford",
    ),
    # Inbound: others build on it.
    Work(
        "Data",
        "Check the {site} nitrate outliers, {day}",
        "Whoever publishes {site}",
        "Two sites cannot be published until someone decides what is real",
        "Seven readings lie far off. For each: instrument, water or transcription? Start with"
        " the [[field blank]], then the sheet, then the weather. See [[Outlier, kept]].",
        90,
        DAY,
        SOME,
        "Kept five: they follow the rain by six hours on both banks. Dropped two: the"
        " [[field blank]] of that trip read 0.9, so nothing from it stands.",
        (
            "Blank first. Trip 3 has a blank of 0.9, which settles two of the seven.",
            "The other five rise together on both banks. That is water, not a probe.",
        ),
        used_in="the autumn dataset",
    ),
    Work(
        "Sampling",
        "Walk the {site} transect, {day}",
        "The eleven-year series",
        "Replaces a missed visit in the eleven-year series",
        "Five points, two banks, a [[grab sample]] at each. Go with somebody who has done it.",
        240,
        DAY,
        SOME,
        "Ten samples, labelled, on ice by 13:20. Point 4 on the left bank was under brambles;"
        " taken two metres upstream and marked so.",
        (
            "Rinsed each bottle three times with the river before filling.",
            "Point 4: moved two metres up. Wrote it on the bottle and on the sheet.",
        ),
        seats=2,
        used_in="the long series",
    ),
    Work(
        "Reporting",
        "Write the {site} page of the season summary",
        "Council officers who read one page",
        "Council officers read this page and nothing else",
        "One page, three findings, each with its number and how sure we are.",
        150,
        DAY,
        MANY,
        "Three findings. Cloudier after rain than last year (sure). Nitrate unchanged (sure)."
        " Warmer at noon (not sure: one logger was out for nine days, and the page says so).",
        (
            "Wrote the limits first.",
            "Cut the fourth finding: it rested on one afternoon.",
        ),
        used_in="the season summary",
    ),
    Work(
        "Outreach",
        "Answer the letter from the {site} school",
        "Class 4, who asked",
        "Twenty-six children asked whether they may paddle at {site}",
        "They deserve a true answer they can read. What we measured, what we did not, and who"
        " decides.",
        60,
        DAY,
        SOME,
        "Dear class 4. We measured how cloudy and how warm the water is, and one chemical."
        " We did not look for germs. The person who decides is the officer at the council;"
        " we have sent your letter on and asked them to write to you.",
        ("Wrote it, then took out every word longer than the word it could be.",),
        agents_welcome=False,
        used_in="a letter to the school",
    ),
    Work(
        "Data",
        "Join the {site} logger files of {day}",
        "Everyone who plots {site}",
        "All {site} plots wait for one file with one clock",
        "Four files, two clocks, one gap. Keep the raw files; write down each step. Check with"
        " a [[drift check]] where they overlap.",
        120,
        DAY,
        SOME,
        "One file, 2,412 rows, in one [[river clock]], UTC. Clock B ran 61 minutes late; shown at two overlaps, each"
        " read as a [[drift check]]. The gap stays a gap.",
        (
            "Overlaps first: B lags A by 61 minutes at both ends, so it is the clock.",
            (
                "Did not fill the gap. Somebody will want to, and [[the week the sensor lied]] says"
                " what comes of it; they should have to decide to."
            ),
        ),
        used_in="the logger archive",
    ),
    # Active: judgement calls.
    Work(
        "Sampling",
        "Recalibrate the {site} turbidity logger",
        "Everyone who uses {site} readings",
        "All {site} readings since the 2nd are on hold",
        "Starts with a [[drift check]]. Two standards, before and after cleaning. Write down"
        " both, or the old readings cannot be saved.",
        240,
        HELD,
        SOME,
        "Before cleaning +4.1 NTU at the low standard, +0.2 after. Readings since the 2nd can"
        " be corrected by a straight line between the two; the sheet says how.",
        (
            (
                "Did not clean it first. If you clean it first you will never know: that is what"
                " [[the week the sensor lied]] taught us."
            ),
            "Low standard reads 4.1 high, high standard 0.3 high: it is film, not the lamp.",
            "Cleaned. 0.2 high. So the old readings can be saved, with a line between.",
        ),
        used_in="the corrected series",
    ),
    Work(
        "Reporting",
        "Draft the {site} section of the authority report",
        "The river authority",
        "Council officers quote this section word for word",
        "Every sentence will be read by somebody who wishes it were not true. Say what was"
        " measured, by whom, how sure we are, and stop.",
        210,
        HELD,
        MANY,
        "Four paragraphs. Each sentence carries its table and row. The one about the outfall"
        " says “upstream and downstream differ”, not “the outfall causes”.",
        (
            "Wrote the weakest true version of each sentence, then asked whether it is enough.",
            "“Differ”, not “causes”. We measured two places, not one pipe.",
        ),
        used_in="the authority report",
    ),
    Work(
        "Data",
        "Decide which {site} readings are published",
        "Readers of the dataset",
        "Holds up the quarterly release for {site}",
        "Go through the flagged rows. For each: publish, publish with a flag, or hold, with the"
        " reason a stranger would accept. See [[Outlier, kept]].",
        180,
        HELD,
        MANY,
        "Of 41 flagged rows, 30 go out, 8 go out flagged, 3 are held. The three all come from"
        " the trip whose blank was off.",
        ("Asked of each row: what would I say if somebody rang about it?",),
        used_in="the quarterly release",
    ),
    # Core: what carries the name.
    Work(
        "Reporting",
        "Sign off the {day} report to the river authority",
        "The river authority",
        "The authority sets next year’s discharge limits from it",
        "Read it as they will. Check ten figures at random back to the sheet. Once it is out it"
        " cannot be taken back.",
        480,
        UNDONE,
        MANY,
        "Ten figures traced to their sheets; one unit was wrong in a caption and is mended."
        " It says less than we believe and no more than we know.",
        ("Drew the ten figures with dice, so that nobody can say we chose them.",),
        used_in="the authority report",
        agents_welcome=False,
    ),
)

#: What reviewers write first: what works, and how they can tell.
WORKS_WORDS = (
    (
        "You left the doubtful reading open instead of guessing. Anyone using this later can see"
        " exactly how sure we are."
    ),
    (
        "Checking the blank before anything else is why I trust the rest. It is in your second"
        " note, where I looked for it."
    ),
    (
        "You kept the reading everyone else would have thrown away, and showed why. That is the"
        " whole job."
    ),
    "Your note says what you did not do. I can pick it up from there without asking you.",
    "The table stands by itself: units in the head, one clock, and the gap left as a gap.",
    "I followed your steps from the sheet to the last figure and came out at the same place.",
    "Writing down both banks, even where they agree, is what makes next year comparable.",
    "The last sentence says what was not measured. That is the sentence people will quote.",
)

#: What would make it usable, and why each matters.
POINTS = (
    "Add which bank the sample came from. The two banks differ by 0.3 after rain.",
    "Say which clock the times are in, because the logger and the lock-keeper disagree.",
    "Put the unit in the head of the column; the next person cannot see it from the numbers.",
    "Keep the row you dropped and mark it, so that somebody can disagree with you later.",
    "Name the sheet each figure is from, because we trace ten of them before a release.",
)

ANSWERS = (
    "Done: it was the left bank, and the sheet says so in the corner I had not read.",
    "Done. They are in UTC; I had mixed two of them.",
    "Done, with the unit in the head, and I checked the others while I was there.",
    "The row is back, marked, with the reason.",
    "Each figure now names its sheet.",
)

HELP_GIVEN = (
    (
        "I did the unit conversion with you on the phone. Next time, try that part alone; it is"
        " what further work asks for."
    ),
    "I cut the second half, which needs the logger file you do not have yet.",
)

LOOKED_AT = (
    (
        "First the blank, because if that is off nothing else matters. Then the smudge against the"
        " sheets either side."
    ),
    "The corners of the sheet, where people write what they forgot. Then the units.",
    "The largest and the smallest figure, and whether the weather explains them.",
)

#: What members on the way in say who read before the verdict.
LOOKS = (
    (
        "The blank is where I would look for it. I could not find the bank in the first half;"
        " Amara asked me for that last time."
    ),
    "Reads well from the second paragraph on. The first assumes I know which gauge is meant.",
    "I did the three rows by hand and agree with two of them. Worth a second look at the third.",
)

#: What authors add after a first look.
MENDS = (
    "Added after a first look: left bank throughout, standing at the gauge.",
    "Added after a first look: the gauge meant is the one at the upper gate.",
    "Added after a first look: counted the third row again, 6.9 stands.",
)

#: What readers say of work they read again, not knowing whose it is.
READ_AGAIN = (
    "The figures come out as they stand. I checked the second and the last row by hand.",
    "I could use this tomorrow. What is doubtful is marked, and says why it is doubtful.",
    "Each step is there, with its unit. I would have asked for the bank, but can tell it.",
)

#: How they went about it, in the words they hand in with it; the log has the steps.
NARRATIONS = (
    (
        "I read everything once before touching anything, then did the easy rows. What was left"
        " got a second look in better light."
    ),
    (
        "Slower than I thought: I kept checking one thing against the other. The log says where I"
        " turned back."
    ),
    (
        "I asked myself at each step who would use this tomorrow, and wrote down what they would"
        " have to ask me."
    ),
    "Did it in two goes with a night between. The second go found what the first was sure of.",
)

#: Work an agent without a model can do: examples/agent.
LINKS = Work(
    "Data",
    "Check the links of the repertoire",
    "Whoever looks something up in the middle of work",
    "Entries whose links lead nowhere are mended from the list",
    "Go through every entry and note each link that leads to no entry, by the entry it is"
    " in. Do not mend anything: the list is what we need.",
    30,
    RIGHT,
    SOME,
    "",
    (),
)
