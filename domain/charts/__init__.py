"""The geometry of the charts: numbers in, places on paper out. Pure.

One module a chart. Each draws it twice, wide and narrow, because text in a drawing
shrinks with it; the page shows whichever fits. ``templates/components/charts.html``
turns what comes out into SVG.
"""
