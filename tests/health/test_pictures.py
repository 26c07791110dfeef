"""Every chart says one thing: its marks, its table and its CSV hold the same numbers.

Marks are read back from the drawing itself, as a page carries it: lengths over the
length of one, heights over the lines of the axis.
"""

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.urls import reverse
from pytest_django.asserts import assertContains

from cop.health import charts, measuring, pictures
from cop.health.charts import HEADS, PERIODS
from cop.health.models import ChartTable
from tests.makers import NOON, make_domain, make_full

pytestmark = pytest.mark.django_db

YEAR = 365
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]

#: Told by hand, so that every chart has much to show; None for an area is all of them.
TABLES = {
    "movement": [
        [0, 1, 15],
        [0, 2, 4],
        [1, 0, 6],
        [1, 1, 12],
        [1, 2, 7],
        [2, 2, 9],
        [2, 3, 5],
        [3, 2, 4],
        [3, 3, 8],
        [3, 4, 4],
        [4, 4, 6],
    ],
    "zones": [[m, 20 + n, 10 + n % 3, 6, 2 + n % 2] for n, m in enumerate(MONTHS)],
    "first-recognition": [
        [name, day, round(1 - step * n / 9, 4), round(0.8 - step * n / 9, 4), 1.0, r]
        for name, step in (("Q3 2026", 1.4), ("Q4 2026", 1.1))
        for n, (day, r) in enumerate([(0, 22), (14, 19), (45, 11), (90, 6), (180, 2)])
    ],
    "competence": [
        [name, day, round(1 - step * n / 10, 4), round(0.9 - step * n / 10, 4), 1.0, r]
        for name, step in (("Q1 2026", 1.2), ("Q2 2026", 0.9))
        for n, (day, r) in enumerate([(0, 20), (30, 17), (60, 12), (90, 9), (120, 5)])
    ],
    "review-waits": [
        [0, 1.0, 1.0, 1.0, 146],
        [12, 0.5667, 0.4962, 0.6311, 82],
        [48, 0.1061, 0.0675, 0.1545, 14],
        [96, 0.0284, 0.0012, 0.0535, 4],
        [168, 0.0084, 0.0002, 0.0335, 1],
    ],
    "ladder": [
        [area, zone, tasks, people]
        for area in (None, 0)
        for zone, tasks, people in ((1, 9, 30), (2, 4, 7), (3, 3, 5), (4, 0, 2))
    ],
    "readers": [[m, 20 + n, 5 + n % 4, 2 + n % 2] for n, m in enumerate(MONTHS)],
    "repertoire-changes": [[m, 3, n, 2, n % 2] for n, m in enumerate(MONTHS[:6])],
    "uptake": [[m, 30 + n, 4 + n] for n, m in enumerate(MONTHS)],
    "gatherings": [
        [m, 1 + n % 2, 5 + n, 3 + n % 4, n % 2, 2 + n % 3] for n, m in enumerate(MONTHS)
    ],
    "reproduction": [[1, 15, 4], [2, 6, 2], [3, 3, 0]],
}

PAGE = """
{% from "components/charts.html" import columns, flow, lines, pairs %}
{%- if one.kind == "flow" %}{{ flow(one.wide, one.narrow, one.title, one.chart, "then", "now") }}
{%- elif one.kind == "columns" %}{{ columns(one.wide, one.narrow, one.title, one.chart, domain) }}
{%- elif one.kind == "pairs" %}{{ pairs(one.wide, one.narrow, one.title, one.chart, *one.sides) }}
{%- else %}{{ lines(one.wide, one.narrow, one.title, one.chart) }}{% endif %}
"""

WIDE, NARROW = range(2)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture
def domain():
    return make_domain()


def tables(domain):
    area = domain.areas.order_by("place").first().pk
    ladder = [[area if a == 0 else a, *rest] for a, *rest in TABLES["ladder"]]
    return {**TABLES, "ladder": ladder}


def picture(domain, chart):
    rows = {charts.named(chart, YEAR): tables(domain)[chart]}
    found = pictures.pictures(domain, rows, on=date(2026, 12, 1), period=YEAR)
    (one,) = found
    return one


def drawn(domain, one, size):
    """The drawing as it stands in a page."""
    html = engines["jinja2"].env.from_string(PAGE).render(one=one, domain=domain)
    found = BeautifulSoup(html, "html.parser").find_all("svg", role="img")
    return ET.fromstring(str(found[size]))


def number(mark, name):
    return float(mark.get(name))


def points(path):
    return [
        tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)
    ]


def fills(svg, tag, part):
    return [one for one in svg.iter(tag) if part in (one.get("fill") or "")]


def height_scale(svg):
    """From a height on paper to an amount, by the first and last line of the axis."""
    marks = [
        (number(line, "y1"), float(text.text))
        for line, text in zip(
            (one for one in svg.iter("line")),
            (one for one in svg.iter("text") if one.get("text-anchor") == "end"),
            strict=False,
        )
        if line.get("y1") == line.get("y2")
    ]
    (y0, low), (y1, high) = marks[0], marks[-1]
    return lambda y: low + (y - y0) * (high - low) / (y1 - y0)


def read_flow(svg):
    """How many went where: ribbons are as thick as people, in the order of the table."""
    ribbons = []
    for path in svg.iter("path"):
        places = points(path.get("d"))
        (x0, y0), (x1, y1) = places[0], places[3]
        ribbons.append((y0, y1, places[-1][1] - y0, x1 - x0))
    boxes = [
        (number(one, "x"), number(one, "y"), number(one, "height"))
        for one in svg.iter("rect")
    ]
    left = sorted((y, h) for x, y, h in boxes if x == min(b[0] for b in boxes))
    right = sorted((y, h) for x, y, h in boxes if x == max(b[0] for b in boxes))
    people = sum(row[2] for row in TABLES["movement"])
    each = sum(thick for _a, _b, thick, _x in ribbons) / people
    # From the core outward, then those from outside; as the boxes stand.
    zones = [4, 3, 2, 1, 0]

    def box(stops, y):
        return next(n for n, (top, h) in enumerate(stops) if top - 0.3 <= y < top + h)

    return sorted(
        [zones[box(left, y0)], zones[box(right, y1)], round(thick / each)]
        for y0, y1, thick, _x in ribbons
    )


def read_columns(svg):
    amount = height_scale(svg)
    zero = next(line for line in svg.iter("line") if line.get("class") == "c-axis")
    base = number(zero, "y1")
    per_px = amount(base - 1) - amount(base)
    columns = {}
    for rect in svg.iter("rect"):
        zone = int(re.search(r"--z(\d)", rect.get("fill")).group(1))
        # A part is drawn two pixels short, so that a gap stands between parts.
        columns.setdefault(number(rect, "x"), {})[zone] = (
            number(rect, "height") + 2
        ) * per_px
    return [[columns[x].get(zone, 0) for zone in range(1, 5)] for x in sorted(columns)]


def read_lines(svg):
    """For each line its values at its points, and its band's low and high ones."""
    amount = height_scale(svg)
    paths = [p for p in svg.iter("path") if p.get("stroke-linejoin")]
    bands = [p for p in svg.iter("path") if p.get("opacity")]
    values = [[amount(y) for _x, y in points(p.get("d"))] for p in paths]
    places = [[x for x, _y in points(p.get("d"))] for p in paths]
    around = [[amount(y) for _x, y in points(b.get("d"))] for b in bands]
    dots = [amount(number(dot, "cy")) for dot in svg.iter("circle")]
    return values, places, around, dots


def unstepped(values):
    """A line in steps has a corner before each point but the first."""
    return values[:1] + values[2::2]


@SIZES
def test_ribbons_are_as_thick_as_the_table_says(domain, size):
    one = picture(domain, "movement")

    assert read_flow(drawn(domain, one, size)) == sorted(TABLES["movement"])


@SIZES
@pytest.mark.parametrize("chart", ["zones", "repertoire-changes"])
def test_columns_are_as_high_as_the_table_says(domain, chart, size):
    one = picture(domain, chart)

    found = read_columns(drawn(domain, one, size))

    assert len(found) == len(TABLES[chart])
    for marks, (_month, *told) in zip(found, TABLES[chart], strict=True):
        assert marks == pytest.approx(told, abs=0.2)


@SIZES
@pytest.mark.parametrize(
    ("chart", "columns"),
    [("readers", (2, 3)), ("uptake", (1, 2)), ("gatherings", (3, 5))],
)
def test_lines_go_where_the_table_says(domain, chart, columns, size):
    one = picture(domain, chart)
    table = TABLES[chart]

    values, _places, _bands, dots = read_lines(drawn(domain, one, size))

    for found, column in zip(values, columns, strict=True):
        assert found == pytest.approx([row[column] for row in table], abs=0.2)
    assert dots == pytest.approx([row[columns[-1]] for row in table], abs=0.2)


@SIZES
@pytest.mark.parametrize("chart", ["competence", "first-recognition", "review-waits"])
def test_curves_and_bands_go_where_the_table_says(domain, chart, size):
    one = picture(domain, chart)
    table = [row[-5:] for row in TABLES[chart]]
    each = len(table) // (1 if chart == "review-waits" else 2)

    svg = drawn(domain, one, size)
    values, places, bands, _dots = read_lines(svg)

    told = [table[n : n + each] for n in range(0, len(table), each)]
    for found, at, rows in zip(values, places, told, strict=True):
        assert unstepped(found) == pytest.approx(
            [100 * row[1] for row in rows], abs=0.3
        )
        days = [row[0] for row in rows]
        spans = [(x - at[0]) / (at[-1] - at[0]) * days[-1] for x in unstepped(at)]
        assert spans == pytest.approx(days, abs=days[-1] / 100)
    (band,) = bands
    middle = len(band) // 2
    assert unstepped(band[:middle]) == pytest.approx(
        [100 * row[2] for row in told[-1]], abs=0.3
    )
    assert unstepped(band[middle:][::-1]) == pytest.approx(
        [100 * row[3] for row in told[-1]], abs=0.3
    )
    written = [text.text for text in svg.iter("text")]
    assert {str(row[4]) for row in told[-1]} & set(written)


def test_a_title_tells_of_no_fewer_than_five(domain):
    # After 180 days only two of the latest quarter still wait.
    assert picture(domain, "first-recognition").title == (
        "Of those who joined in Q4 2026, 37% have had work recognised after 90 days"
    )


@SIZES
@pytest.mark.parametrize("chart", ["ladder", "reproduction"])
def test_pairs_are_as_long_as_the_table_says(domain, chart, size):
    one = picture(domain, chart)
    table = [row[-2:] for row in TABLES[chart]]
    svg = drawn(domain, one, size)
    left = [number(r, "width") for r in fills(svg, "rect", "ink-3")]
    right = [number(r, "width") for r in fills(svg, "rect", "-fill")]
    texts = [t.text for t in svg.iter("text") if t.get("class") == "c-t"]

    told = [row[0] for row in table if row[0]], [row[1] for row in table if row[1]]
    each = right[0] / told[1][0]
    assert [width / each for width in left] == pytest.approx(told[0], abs=0.1)
    assert [width / each for width in right] == pytest.approx(told[1], abs=0.1)
    numbers = [int(text) for text in texts if text.isdigit()]
    assert numbers == [amount for row in table for amount in row]


def test_every_chart_is_among_those_read_back(domain):
    assert {charts.named(chart, period) for chart in TABLES for period in PERIODS} == (
        set(HEADS)
    )


@pytest.mark.parametrize("chart", TABLES)
def test_the_table_and_the_csv_on_the_page_are_the_one_that_is_drawn(
    client, domain, chart
):
    client.force_login(make_full(domain=domain, is_organizer=True).member)
    measuring.measure(domain=domain, at=NOON)
    told, kept = tables(domain)[chart], charts.named(chart, YEAR)
    ChartTable.objects.filter(domain=domain, chart=kept).update(rows=told)

    page = client.get(reverse("health:health", args=[domain.slug]), {"days": YEAR})
    soup = BeautifulSoup(page.content, "html.parser")
    (figure,) = (f for f in soup.find_all("figure") if f.find(id=f"{kept}-w"))
    file = client.get(figure.find("a", string="Download CSV")["href"])

    one = picture(domain, chart)
    assertContains(page, one.title)
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in figure.find("tbody").find_all("tr")
    ]
    assert rows == [["–" if c is None else str(c) for c in row] for row in one.rows]
    assert len(rows) == len(told)
    lines = list(csv.reader(io.StringIO(file.content.decode())))
    assert lines == [
        list(HEADS[chart]),
        *(["" if c is None else str(c) for c in row] for row in told),
    ]


@pytest.mark.parametrize(("period", "months"), [(30, 3), (90, 6), (365, 12)])
def test_a_period_is_the_same_in_the_drawing_the_table_and_the_csv(
    client, domain, period, months
):
    client.force_login(make_full(domain=domain, is_organizer=True).member)
    measuring.measure(domain=domain, at=NOON)
    ChartTable.objects.filter(chart="zones").update(rows=TABLES["zones"])

    page = client.get(reverse("health:health", args=[domain.slug]), {"days": period})

    soup = BeautifulSoup(page.content, "html.parser")
    (figure,) = (f for f in soup.find_all("figure") if f.find(id="zones-w"))
    svg = ET.fromstring(str(figure.find("svg")))
    rows = figure.find("tbody").find_all("tr")
    file = client.get(figure.find("a", string="Download CSV")["href"])
    assert len(read_columns(svg)) == months
    assert len(rows) == months
    assert len(file.content.decode().splitlines()) == months + 1
    (chosen,) = soup.select("[aria-label='How far back'] [aria-current]")
    assert chosen["href"] == f"?days={period}#numbers"


def test_movement_and_waits_are_read_of_each_period(domain):
    measuring.measure(domain=domain, at=NOON)

    kept = set(ChartTable.objects.values_list("chart", flat=True))
    assert {
        charts.named(chart, period)
        for chart in ("movement", "review-waits")
        for period in PERIODS
    } <= kept
