#!/usr/bin/env python3
"""Draws what frames took with and without stylisation, as SVG, and prints the figures.

    host_renderer MODEL --style PICTURE --headless --frames 300 --csv with.csv
    host_renderer MODEL --no-style --headless --frames 300 --csv without.csv
    plot.py with.csv without.csv -o frame_times.svg

Python's standard library alone. Above, the device's time for whole frames; below, for Impasto's
slices, beside their budget.
"""
import argparse
import csv

WIDTH, HEIGHT = 860, 430
LEFT, RIGHT, TOP, BOTTOM, GAP = 56, 16, 44, 40, 46
COLOURS = {"with": "#c2410c", "without": "#1d4ed8", "budget": "#15803d"}


def read(path):
    """The rows, all but the first frame, which pays for what drivers do once."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [{key: value if key == "state" else float(value) for key, value in row.items()}
                for row in csv.DictReader(file)]
    if len(rows) < 3:
        raise SystemExit("%s: has too few frames" % path)
    if rows[0]["draw_ms"] < 0:
        raise SystemExit("%s: the device has no timestamps" % path)
    return rows[1:]


def quantile(values, q):
    return sorted(values)[min(int(q * len(values)), len(values) - 1)]


def nice_step(largest, lines=4):
    """1, 2 or 5 times a power of ten: the distance of about `lines` grid lines."""
    step = 1e-3
    while True:
        for factor in (1, 2, 5):
            if largest / (step * factor) <= lines:
                return step * factor
        step *= 10


class Chart:
    """Frames to the right, milliseconds up."""

    def __init__(self, top, height, frames, largest, title):
        self.top, self.height, self.frames, self.largest = top, height, frames, largest
        self.parts = ['<text x="%d" y="%d" class="title">%s</text>' % (LEFT, top - 8, title)]
        step = nice_step(largest)
        value = 0.0
        while value <= largest:
            y = self.y(value)
            self.parts.append('<path d="M%d %.1fH%d" class="grid"/>' % (LEFT, y, WIDTH - RIGHT))
            self.parts.append('<text x="%d" y="%.1f" class="tick" text-anchor="end">%g</text>'
                              % (LEFT - 6, y + 4, value))
            value = round(value + step, 6)

    def x(self, frame):
        return LEFT + (WIDTH - LEFT - RIGHT) * frame / max(self.frames - 1, 1)

    def y(self, milliseconds):
        return self.top + self.height * (1 - min(milliseconds / self.largest, 1.02))

    def line(self, values, name, dashed=False):
        points = " ".join("%.1f,%.1f" % (self.x(i), self.y(v)) for i, v in enumerate(values))
        self.parts.append('<polyline points="%s" stroke="%s"%s/>' % (
            points, COLOURS[name], ' stroke-dasharray="5 4"' if dashed else ""))

    def mark(self, frame, text):
        self.parts.append('<path d="M%.1f %dv%d" stroke="#888" stroke-dasharray="2 3"/>'
                          % (self.x(frame), self.top, self.height))
        self.parts.append('<text x="%.1f" y="%d" class="tick">%s</text>'
                          % (self.x(frame) + 4, self.top + 10, text))


def legend(entries):
    parts, x = [], LEFT
    for name, text in entries:
        parts.append('<path d="M%d 14h18" stroke="%s" stroke-width="2"/>' % (x, COLOURS[name]))
        parts.append('<text x="%d" y="18">%s</text>' % (x + 24, text))
        x += 44 + 7 * len(text)
    return parts


def draw(styled, plain, path):
    count = max(len(styled), len(plain))
    whole = {"with": [row["slice_ms"] + row["draw_ms"] for row in styled],
             "without": [row["draw_ms"] for row in plain]}
    slices = [row["slice_ms"] for row in styled]
    budgets = [row["budget_ms"] for row in styled]
    height = (HEIGHT - TOP - BOTTOM - GAP) // 2
    above = Chart(TOP + 8, height, count, 1.1 * max(max(v) for v in whole.values()),
                  "a frame on the device, ms")
    for name, values in whole.items():
        above.line(values, name)
    below = Chart(TOP + 8 + height + GAP, height - 8, count, 1.15 * max(slices + budgets),
                  "a slice on the device, ms")
    below.line(slices, "with")
    below.line(budgets, "budget", dashed=True)
    running = [i for i, row in enumerate(styled) if row["state"] != "preparing"]
    if running and running[0] > 0:
        below.mark(running[0], "first iteration")
    parts = legend([("with", "with stylisation"), ("without", "without"), ("budget", "budget")])
    svg = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-size="12"
     font-family="sans-serif" fill="#333">
<style>.grid{stroke:#ddd}.tick{fill:#666}.title{font-weight:bold}polyline{fill:none;stroke-width:1.2}</style>
<rect width="100%%" height="100%%" fill="#fff"/>
%s
<text x="%d" y="%d" text-anchor="end" class="tick">%d frames</text>
</svg>
""" % (WIDTH, HEIGHT, "\n".join(parts + above.parts + below.parts), WIDTH - RIGHT, HEIGHT - 10,
       count)
    with open(path, "w", encoding="utf-8") as file:
        file.write(svg)


def figures(name, values):
    print("%-22s median %7.2f   99%% %7.2f   most %7.2f ms" % (
        name, quantile(values, 0.5), quantile(values, 0.99), max(values)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("styled", metavar="WITH.csv")
    parser.add_argument("plain", metavar="WITHOUT.csv")
    parser.add_argument("-o", "--output", default="frame_times.svg", metavar="FILE.svg")
    arguments = parser.parse_args()
    styled, plain = read(arguments.styled), read(arguments.plain)
    draw(styled, plain, arguments.output)
    figures("drawing, without", [row["draw_ms"] for row in plain])
    figures("drawing, with", [row["draw_ms"] for row in styled])
    slices = [row for row in styled if row["operations"] > 0]
    if not slices:
        return
    figures("slices", [row["slice_ms"] for row in slices])
    figures("CPU for a slice", [row["record_ms"] for row in slices])
    for factor in (1.2, 2):
        over = sum(row["slice_ms"] > factor * row["budget_ms"] for row in slices)
        print("%d of %d slices took more than %g times their budget" % (over, len(slices), factor))


if __name__ == "__main__":
    main()
