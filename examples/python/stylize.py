#!/usr/bin/env python3
"""Paints one picture in the manner of others.

    stylize.py CONTENT STYLE... -o OUTPUT [--size 512] [--iterations 200,100] [--seed 7]

libimpasto is found by --library, IMPASTO_LIBRARY, or the system.
"""
import argparse
import sys

import impasto


def show(progress):
    print("\rscale %d, iteration %4d, loss %-12g" %
          (progress.scale + 1, progress.iteration, progress.losses.total),
          end="", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content")
    parser.add_argument("styles", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--size", type=int, help="longest side in px")
    parser.add_argument("--iterations", help="of each scale, coarse to fine: 200,100")
    parser.add_argument("--init", choices=("content", "noise"))
    parser.add_argument("--seed", type=int)
    parser.add_argument("--weights", default="builtin")
    parser.add_argument("--device")
    parser.add_argument("--library")
    given = parser.parse_args()

    options = {name: getattr(given, name) for name in ("size", "init", "seed")
               if getattr(given, name) is not None}
    if given.iterations:
        options["iterations"] = [int(number) for number in given.iterations.split(",")]

    library = impasto.Library(given.library)
    content = library.load_image(given.content)
    styles = [library.load_image(path) for path in given.styles]
    with library.weights(given.weights) as weights, library.context(device=given.device) as context, \
            context.session(weights, content, styles, **options) as session:
        session.run(show)
        print(file=sys.stderr)
        library.save_image(given.output, session.image())
        losses = session.losses()
    print("the loss fell from %g to %g" % (losses[0, 0], losses[-1, 0]))


if __name__ == "__main__":
    try:
        main()
    except (impasto.Error, OSError) as error:
        sys.exit("stylize.py: %s" % error)
