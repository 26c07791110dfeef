"""The people and agents of River Watch. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the cast: when they come, how much they do, and how well at first."""

    name: str
    #: Weeks before now at which they join.
    weeks_ago: float
    areas: tuple[str, ...]
    why: str
    #: Tasks they take up in an average week.
    pace: float = 0.25
    #: How likely their first round is competent as it is; it grows with every task.
    care: float = 0.7
    #: Reviews they have room for in a week, once they may review.
    reviews: float = 2.0
    hours: str = "hour"
    #: Weeks before now at which they fall silent.
    quiet_weeks_ago: float = -1.0
    sponsor: str = ""
    purpose: str = ""
    runs_on: str = ""
    away: bool = False

    @property
    def is_agent(self) -> bool:
        return bool(self.sponsor)


AREAS = ("Sampling", "Data", "Reporting", "Outreach")

FOUNDER = "Jun Sato"
FOUNDERS = ("Amara Okoye", "Ines Duarte", "Rafael Costa", "Lena Falk")

#: Who the demo's sign-in buttons sign in as.
PERSONAS = {"newcomer": "Maya Lindt", "veteran": "Amara Okoye", "organizer": "Jun Sato"}

_RIVER = "My children swim at the weir. I want to know what is in the water."
_PROOF = "I am tired of arguing about a river nobody has measured."
_WORK = "I like careful work that somebody needs."

CAST = (
    Person(
        "Jun Sato",
        54,
        ("Outreach",),
        "Somebody has to keep the kettle on.",
        0.4,
        0.9,
        3.0,
    ),
    Person(
        "Amara Okoye",
        54,
        ("Data", "Reporting"),
        "A number nobody checked is a rumour.",
        0.7,
        0.95,
        5.0,
        "half_day",
    ),
    Person(
        "Ines Duarte",
        54,
        ("Outreach", "Reporting"),
        "The report is only worth what the council cannot wave away.",
        0.6,
        0.95,
        4.0,
        "half_day",
    ),
    Person(
        "Rafael Costa",
        54,
        ("Sampling", "Outreach"),
        "I have fished the Tamsel for forty years.",
        1.1,
        0.95,
        6.0,
        "half_day",
        quiet_weeks_ago=18,
    ),
    Person(
        "Lena Falk",
        54,
        ("Sampling", "Data"),
        "Instruments lie quietly. I want to catch them at it.",
        0.7,
        0.9,
        3.0,
    ),
    Person("Tomas Vrba", 50, ("Data",), _PROOF, 0.9, 0.85, 2.5, "half_day"),
    Person(
        "Kofi Mensah",
        49,
        ("Sampling",),
        "The river is on my way to work.",
        0.9,
        0.85,
        2.0,
    ),
    Person("Petra Novak", 47, ("Reporting",), _WORK, 0.8, 0.85, 2.0),
    Person(
        "Hugo Prett",
        41,
        ("Outreach",),
        "Schools should see where their water comes from.",
        0.6,
        0.8,
        1.5,
    ),
    Person("Sana Bhatt", 44, ("Data", "Sampling"), _WORK, 0.8, 0.85, 2.0),
    Person(
        "Driftwood",
        36,
        ("Data",),
        "",
        1.4,
        0.9,
        0.0,
        sponsor="Tomas Vrba",
        purpose="Types up field sheets and marks what it cannot read.",
        runs_on="a language model with tools, run at home",
    ),
    Person("Yusuf Tekin", 31, ("Sampling", "Outreach"), _RIVER, 0.7, 0.8, 2.0),
    Person(
        "Noor Haddad",
        27,
        ("Data", "Sampling"),
        "I wanted to know whether the gauge by my house can be trusted.",
        1.0,
        0.85,
        2.5,
        "half_day",
    ),
    Person(
        "Olga Lindqvist",
        44,
        ("Reporting",),
        _PROOF,
        0.6,
        0.8,
        1.5,
        quiet_weeks_ago=6,
        away=True,
    ),
    Person(
        "Bea Lind",
        21,
        ("Reporting", "Outreach"),
        "Plain words are a public service.",
        0.6,
        0.8,
        0.5,
    ),
    Person("Gareth Owen", 23, ("Outreach",), _RIVER, 0.5, 0.7, 0.5),
    Person("Elif Kaya", 25, ("Data",), _WORK, 0.5, 0.75, 0.5),
    Person("Ivo Petrov", 18, ("Sampling",), _RIVER, 0.6, 0.75, 0.5),
    Person(
        "Ledger",
        20,
        ("Data",),
        "",
        0.5,
        0.8,
        0.0,
        sponsor="Amara Okoye",
        purpose="Compares this month’s figures with every month before.",
        runs_on="a script, run each night",
    ),
    Person("Nia Clarke", 24, ("Sampling",), _PROOF, 0.3, 0.75, 0.5),
    Person("Finn Rasmus", 28, ("Outreach",), _WORK, 0.2, 0.7, 0.5),
    Person("Thea Moreau", 22, ("Data",), _WORK, 0.3, 0.8, 0.5),
    Person("Marco Riva", 24, ("Reporting",), _RIVER, 0.2, 0.75, 0.5),
    Person("Aiko Mori", 17, ("Sampling",), _WORK, 0.5, 0.8, 0.5),
    Person("Dara Volkov", 15, ("Outreach",), _PROOF, 0.3, 0.7, 0.5),
    Person("Oskar Nilsen", 20, ("Data",), _WORK, 0.3, 0.75, 0.5),
    Person("Lucia Soto", 29, ("Sampling",), _RIVER, 0.35, 0.7, 0.5, quiet_weeks_ago=10),
    Person("Uma Rao", 14, ("Sampling",), _RIVER, 0.3, 0.7),
    Person(
        "Pageturner",
        13,
        ("Data",),
        "",
        0.0,
        0.75,
        0.0,
        sponsor="Ines Duarte",
        purpose="Checks that the links of entries still lead somewhere.",
        runs_on="a script of a hundred lines",
    ),
    Person(
        "Silt",
        8,
        ("Sampling",),
        "",
        0.5,
        0.7,
        0.0,
        sponsor="Lena Falk",
        purpose="Reads the numbers off photographs of gauges.",
        runs_on="an image model with tools",
    ),
    Person("Kira Lowe", 12, ("Sampling",), _RIVER, 0.25, 0.6),
    Person("Bram Aalto", 11, ("Sampling",), _PROOF, 0.2, 0.6, quiet_weeks_ago=7),
    Person("Esme Ward", 10, ("Outreach",), _WORK, 0.25, 0.7),
    Person("Pavel Gorin", 19, ("Reporting",), _RIVER, 0.2, 0.6, quiet_weeks_ago=13),
    Person(
        "Rosa Vega",
        8,
        ("Outreach",),
        "The school walks past the outfall every day.",
        0.35,
        0.7,
    ),
    Person("Sven Berg", 9, ("Sampling",), _RIVER, 0.25, 0.65),
    Person("Clem Hart", 7, ("Data",), _WORK, 0.35, 0.7),
    Person("Dov Fried", 8, ("Reporting",), _PROOF, 0.2, 0.6),
    Person("Jana Beck", 7, ("Reporting",), _WORK, 0.25, 0.7),
    Person("Abel Santos", 9, ("Outreach",), _RIVER, 0.2, 0.6),
    Person("Haru Bando", 6, ("Reporting",), _WORK, 0.3, 0.7),
    Person("Tilda Rook", 5, ("Outreach",), _RIVER, 0.25, 0.65),
    # These four came home from one Saturday walk and joined.
    Person(
        "Wen Liu",
        2.99,
        ("Data", "Outreach"),
        "I take photographs of the river anyway.",
        0.0,
        0.7,
    ),
    Person("Mina Zeller", 2.98, ("Outreach",), _PROOF, 0.0, 0.7),
    Person("Ravi Vance", 2.97, ("Sampling",), _RIVER, 0.0, 0.6),
    Person(
        "Maya Lindt",
        3,
        ("Data", "Outreach"),
        "I like careful reading, and the river runs behind our house.",
        0.0,
        0.9,
    ),
)
