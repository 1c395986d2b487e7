"""The C of a guide: fragments.py GUIDE.md OUT.h writes its ```c blocks, one after the other."""
import sys

guide, out = sys.argv[1:]
with open(guide, encoding="utf-8") as text, open(out, "w", encoding="utf-8") as to:
    inside = False
    for number, line in enumerate(text, 1):
        if inside and line.startswith("```"):
            inside = False
        elif inside:
            to.write(line)
        elif line.rstrip() == "```c":
            inside = True
            to.write('#line %d "%s"\n' % (number + 1, guide))
