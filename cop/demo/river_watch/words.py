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
class Change:
    """A later change of an entry: what is added, by whom, and what caused it."""

    title: str
    adds: str
    by: str
    weeks_ago: float
    why: str


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
)

CHANGES = (
    Change(
        "Field blank",
        "Carry **two** below 5 °C: one may freeze.",
        "Bea Lind",
        2,
        "The January trip lost its blank to frost.",
    ),
    Change(
        "Kit list",
        "- a bag for the bottles that came back wrong",
        "Maya Lindt",
        1.2,
        "Asked for while reading the list as a first-timer.",
    ),
    Change(
        "Dunford log",
        "Since the recalibration the drift is below 0.1 NTU a month.",
        "Lena Falk",
        5,
        "Recalibrated twice; see the task.",
    ),
    Change(
        "Turbidity",
        "Below 4 NTU two instruments may differ by 1 and both be right.",
        "Noor Haddad",
        10,
        "Two loggers side by side for a week.",
    ),
    Change(
        "Route cards",
        "The gate at Alder Pool is locked on Sundays.",
        "Gareth Owen",
        6,
        "Stood in front of it.",
    ),
    Change(
        "Reading a sheet you did not write",
        "5. Say in your narration which figures you looked at twice.",
        "Clem Hart",
        2,
        "My reviewer asked me to, and it helped them.",
    ),
    Change(
        "Grab sample",
        "Label the bottle before you fill it; wet glass takes no ink.",
        "Ivo Petrov",
        10,
        "Lost two labels on the transect.",
    ),
)
