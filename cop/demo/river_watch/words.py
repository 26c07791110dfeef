"""The repertoire of River Watch: words, tools, approaches and stories. All invented."""

from dataclasses import dataclass

from repertoire.models import Entry

TERM, TOOL, APPROACH, STORY = Entry.Kind


@dataclass(frozen=True, slots=True)
class Page:
    """One entry, who wrote it and when."""

    kind: Entry.Kind
    title: str
    meaning: str
    body: str
    by: str
    weeks_ago: float
    aliases: tuple[str, ...] = ()
    #: Where it comes from; what the others use of it was carried there.
    area: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody full says to a proposal, or to a mend that they look at."""

    by: str = "Ines Duarte"
    hours: float = 9
    words: str = "Thank you: the next person will not have to find out."
    #: Which portions are taken in; none: not taken in. Without, all of it.
    numbers: tuple[int, ...] | None = None
    #: Why the rest stays out.
    reason: str = ""


TAKEN_IN = Answer()


@dataclass(frozen=True, slots=True)
class Change:
    """A later change of an entry: by whom, what caused it, and what came of it."""

    title: str
    by: str
    weeks_ago: float
    why: str
    #: A paragraph put at the end.
    adds: str = ""
    #: What stands in the place of what; a paragraph that moves is taken out and put in.
    swaps: tuple[tuple[str, str], ...] = ()
    #: Since when they had the text open that they changed: others may have saved since.
    open_for_hours: float = 0
    #: None leaves it to whoever visits.
    answer: Answer | None = TAKEN_IN


PAGES = (
    Page(
        TERM,
        "Field blank",
        "Clean water carried along to show what the trip itself added.",
        "Fill one bottle with clean water at home and treat it like every other bottle. What it"
        " shows on return came from you, not from the river.\n\nCarry one per trip. See also"
        " [[drift check]] and [[grab sample]].",
        "Lena Falk",
        41,
        ("blank",),
        area="Sampling",
    ),
    Page(
        TERM,
        "Grab sample",
        "One bottle filled at one place at one moment.",
        "It says what the water was then and there, and nothing else. Rinse three times with the"
        " river before filling. For anything that changes within the hour use a logger instead.",
        "Rafael Costa",
        41,
        area="Sampling",
    ),
    Page(
        TERM,
        "Turbidity",
        "How cloudy the water is, in NTU.",
        "Measured by how much light is scattered. Rain raises it within hours; so does a cow.\n\n"
        "A rise on **one** bank is a cow or a pipe. A rise on both is rain. See [[two-bank rule]].",
        "Lena Falk",
        40,
        ("NTU",),
        area="Sampling",
    ),
    Page(
        TERM,
        "Two-bank rule",
        "Sample both banks, always, even where they agree.",
        "The banks of the Tamsel differ by up to 0.3 mg/l after rain. A series that changes banks"
        " shows a trend that is a walk across the bridge.",
        "Kofi Mensah",
        35,
        area="Sampling",
    ),
    Page(
        TERM,
        "Drift check",
        "Reading a known standard to see how far an instrument has wandered.",
        "Before cleaning and after, always both. Without the first, old readings cannot be saved."
        " See the story [[The week the sensor lied]].",
        "Lena Falk",
        34,
        area="Sampling",
    ),
    Page(
        TERM,
        "Outlier, kept",
        "A reading far off that stays in, with the reason.",
        "The opposite of tidying. We drop a reading only when the [[field blank]] or the"
        " instrument says so, never because it looks wrong.",
        "Amara Okoye",
        31,
        ("kept outlier",),
        area="Data",
    ),
    Page(
        TERM,
        "Tamsel scale",
        "Our five words for how sure we are.",
        "*Sure, fairly sure, cannot say, doubtful, wrong.* Each finding carries one.",
        "Ines Duarte",
        31,
        area="Reporting",
    ),
    Page(
        TERM,
        "Lock spike",
        "A short rise in cloudiness after the gates were opened.",
        "Lasts twenty minutes and is not rain. Ask for the gate log before explaining anything.",
        "Noor Haddad",
        14,
        area="Data",
    ),
    Page(
        TERM,
        "Quiet hour",
        "The hour before sunrise, when the river is most itself.",
        "No boats, no dogs, no gates. Comparisons between years use it.",
        "Yusuf Tekin",
        20,
        area="Sampling",
    ),
    Page(
        TOOL,
        "Dunford log",
        "The logger at Dunford and how to read its files.",
        "Clock in UTC+1 all year. Drifts about 0.2 NTU a month; see [[drift check]].",
        "Tomas Vrba",
        33,
        area="Data",
    ),
    Page(
        TOOL,
        "Kit list",
        "What goes into the rucksack, third edition.",
        "- bottles, two per point and one for the [[field blank]]\n- labels written **before** you go\n"
        "- ice\n- the sheet, a pencil, a second pencil\n- somebody's phone number",
        "Ines Duarte",
        37,
        area="Sampling",
    ),
    Page(
        TOOL,
        "Route cards",
        "One card a site: where to stand, where to park, whom to greet.",
        "Kept in the shed and as photographs. Tell the farmer at Otter Reach.",
        "Hugo Prett",
        30,
        area="Outreach",
    ),
    Page(
        APPROACH,
        "Reading a sheet you did not write",
        "How to transcribe without inventing.",
        "1. Read the whole sheet before typing.\n2. Look in the corners.\n3. Compare doubtful figures"
        " with the sheets either side: people keep their sevens.\n4. Leave open what stays open.\n\n"
        "See [[outlier, kept]].",
        "Amara Okoye",
        27,
        area="Data",
    ),
    Page(
        APPROACH,
        "Explaining a spike",
        "What to ask, in which order.",
        "Blank, instrument, other bank, gates, weather, people. Stop at the first that explains it, and"
        " write down the ones you asked. Uses [[field blank]], [[two-bank rule]] and [[lock spike]].",
        "Noor Haddad",
        12,
        area="Data",
    ),
    Page(
        APPROACH,
        "Writing for people who wish it were not true",
        "Say the weakest true thing.",
        "Write each sentence in the weakest form that is still true and ask whether it is enough. Mark"
        " it on the [[Tamsel scale]].",
        "Ines Duarte",
        24,
        area="Reporting",
    ),
    Page(
        STORY,
        "The week the sensor lied",
        "A logger drifted for nine days and nobody looked.",
        "In August the Dunford logger read a little more every day, and everyone had an explanation:"
        " the harvest, the cows, the heat. On the ninth day somebody took a [[grab sample]] beside it."
        " The river was clear. The lens was not.\n\nWe could have saved all nine days, if whoever"
        " cleaned the lens had read a standard first. That is why a [[drift check]] comes before the"
        " cloth.",
        "Noor Haddad",
        8,
    ),
    Page(
        STORY,
        "The bottle that had never been to the river",
        "How the first blank was laughed at.",
        "On our third trip the only bottle with nitrate in it was the one filled in the kitchen. It took"
        " an hour to stop laughing and a month to find the kettle.\n\nSince then there is a [[field"
        " blank]] on every trip.",
        "Rafael Costa",
        22,
    ),
    Page(
        STORY,
        "What the lock-keeper knew",
        "Three weeks of theories, one telephone call.",
        "We had plots, and a theory about a drain. The lock-keeper had a book with times in it. See"
        " [[lock spike]].",
        "Tomas Vrba",
        13,
    ),
    Page(
        APPROACH,
        "A day on the transect",
        "From the shed to the fridge, in the order in which it happens.",
        "## Before you go\n\n"
        "- [ ] two bottles a point, and one for the [[field blank]]\n"
        "- [ ] labels written\n"
        "- [ ] somebody knows where you are\n\n"
        "Read the [[route cards]] of the day aloud, so that both have heard them.\n\n"
        "## At each point\n\n"
        "1. Stand where the card says, and look upstream first.\n"
        "2. Rinse three times with the river.\n"
        "3. Fill the [[grab sample]] against the current.\n"
        "4. Write place, bank and time on the bottle.\n\n"
        "The same on the other bank: see [[two-bank rule]].\n\n"
        "## On the way home\n\n"
        "Bottles stand on ice by one o’clock.",
        "Rafael Costa",
        39,
        area="Sampling",
    ),
    Page(
        TERM,
        "Cloudiness",
        "How much light the water lets through, by eye.",
        "Three words: *clear, milky, brown*. From before we had an instrument.",
        "Rafael Costa",
        41.5,
        area="Sampling",
    ),
    Page(
        TERM,
        "Turbidity standard",
        "A liquid of known cloudiness, to read an instrument against.",
        "Two of them, one low and one high, from the fridge in the shed. Shake, wait a minute, read."
        " Used in every [[drift check]].",
        "Lena Falk",
        33,
        ("standard",),
        area="Sampling",
    ),
    Page(
        TERM,
        "Limit value",
        "What the authority allows, and what it compares our figures with.",
        "Set anew every spring. Say which year’s you mean, and whether it is for one sample or for"
        " the mean of twelve. The officers call it “the standard”, too.",
        "Ines Duarte",
        28,
        ("standard",),
        area="Reporting",
    ),
    Page(
        TOOL,
        "Secchi disk",
        "A white plate on a cord: how deep one can see it.",
        "Lower it on the shaded side until it is gone, raise it until it is there again, and write down"
        " the mean. Less than an arm’s length is what we call brown: see [[cloudiness]].",
        "Rafael Costa",
        38,
        area="Sampling",
    ),
)

CHANGES = (
    Change(
        "Field blank",
        "Bea Lind",
        2,
        "The January trip lost its blank to frost.",
        adds="Carry **two** below 5 °C: one may freeze.",
    ),
    Change(
        "Kit list",
        "Maya Lindt",
        1.2,
        "Asked for while reading the list as a first-timer.",
        adds="- a bag for the bottles that came back wrong",
        answer=None,
    ),
    Change(
        "Dunford log",
        "Lena Falk",
        5,
        "Recalibrated twice; see the task.",
        adds="Since the recalibration the drift is below 0.1 NTU a month.",
    ),
    Change(
        "Turbidity",
        "Noor Haddad",
        10,
        "Two loggers side by side for a week.",
        adds="Below 4 NTU two instruments may differ by 1 and both be right.",
    ),
    Change(
        "Route cards",
        "Gareth Owen",
        6,
        "Stood in front of it.",
        adds="The gate at Alder Pool is locked on Sundays.",
    ),
    Change(
        "Reading a sheet you did not write",
        "Clem Hart",
        2,
        "My reviewer asked me to, and it helped them.",
        adds="5. Say in your narration which figures you looked at twice.",
    ),
    Change(
        "Grab sample",
        "Ivo Petrov",
        10,
        "Lost two labels on the transect.",
        adds="Label the bottle before you fill it; wet glass takes no ink.",
    ),
    # The day on the transect: eight hands, two of them at once, and a page that moved.
    Change(
        "A day on the transect",
        "Lena Falk",
        36,
        "Asked three times what goes into which bottle.",
        swaps=(
            (
                "The same on the other bank:",
                (
                    "| Bottle | For | Filled |\n|---|---|---|\n| brown | nitrate | to the brim |\n"
                    "| clear | [[turbidity]] | to the shoulder |\n| marked B | the blank | at home |\n\n"
                    "The same on the other bank:"
                ),
            ),
        ),
    ),
    Change(
        "A day on the transect",
        "Amara Okoye",
        30,
        "A time without a place is worth nothing to whoever plots it.",
        swaps=(
            (
                "4. Write place, bank and time on the bottle.",
                "4. Write place, bank and time on the bottle and on the sheet, before the next one.",
            ),
        ),
    ),
    Change(
        "A day on the transect",
        "Ines Duarte",
        29.97,
        "The fridge at the hall is locked on Sundays.",
        swaps=(
            (
                "Bottles stand on ice by one o’clock.",
                (
                    "Bottles stand on ice by one o’clock, and in the fridge in the shed by six: the one at"
                    " the hall is locked on Sundays."
                ),
            ),
        ),
        open_for_hours=9,
    ),
    Change(
        "A day on the transect",
        "Kofi Mensah",
        21,
        "It stood at the end, where one reads it when everybody is wet already.",
        swaps=(
            (
                "Read the [[route cards]] of the day aloud, so that both have heard them.\n\n",
                "",
            ),
            (
                "## Before you go\n\n",
                (
                    "## Before you go\n\nRead the [[route cards]] of the day aloud, so that both have heard"
                    " them.\n\n"
                ),
            ),
        ),
        adds="## When it has rained\n\nThe river is another one for two days[^rain]. Go all the same:"
        " those are the days nobody else has.\n\n[^rain]: Longer below Kingsmere Lock, where the"
        " gates hold it back.",
    ),
    Change(
        "A day on the transect",
        "Ivo Petrov",
        9,
        "My first walk: what I had to ask, and a rule of my own.",
        swaps=(
            (
                "1. Stand where the card says, and look upstream first.",
                (
                    "1. Stand where the card says, and look upstream first: whoever stands in the river"
                    " sees what is coming, and so does the bottle."
                ),
            ),
        ),
        adds="One person fills and the other writes, all day, and neither talks to the other"
        " meanwhile. Whoever breaks this carries the ice.",
        answer=Answer(
            "Amara Okoye",
            31,
            "Thank you, Ivo. The first is what the card means and does not say.",
            (0,),
            "Who fills and who writes is for each pair to settle. Two who talk notice more.",
        ),
    ),
    Change(
        "Two-bank rule",
        "Esme Ward",
        4,
        "Half of the samples show the same on both banks.",
        adds="Where three visits in a row agree to a tenth, one bank is enough for the rest of the"
        " season.",
        answer=Answer(
            "Lena Falk",
            26,
            "Thank you for counting. They agree until it rains, and nobody knows beforehand: the"
            " season without the second bank is the one we could not explain.",
            (),
        ),
    ),
    # Mends: one was looked at, one waits to be.
    Change(
        "Route cards",
        "Sven Berg",
        5,
        "",
        swaps=(
            ("and as photographs.", "and, as photographs, on the public photo map."),
        ),
        answer=Answer("Ines Duarte", 40),
    ),
    Change(
        "Kit list",
        "Tilda Rook",
        0.4,
        "",
        swaps=(
            (
                "- somebody's phone number",
                "- the phone number of somebody who is at home",
            ),
        ),
        answer=None,
    ),
    Change(
        "Lock spike",
        "Clem Hart",
        0.25,
        "The second spike of October had no rain and no gate.",
        adds="A barge that turns below the lock makes one, too: shorter, and higher on the right"
        " bank.",
        answer=None,
    ),
    # What is wanted, and what leads to what was overtaken.
    Change(
        "Explaining a spike",
        "Tomas Vrba",
        8,
        "An officer asked who had had the bottle between Saturday and Monday.",
        adds="Before anybody outside hears of it, see that the [[chain of custody]] has no gap.",
    ),
    Change(
        "Writing for people who wish it were not true",
        "Petra Novak",
        7,
        "The same officer.",
        adds="They will ask for the [[chain of custody]]. Say it before they do.",
    ),
)
