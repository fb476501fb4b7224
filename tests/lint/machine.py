#!/usr/bin/env python3
"""The attempt's machine as it stands in rules/attempt.c, held against its documentation.

usage: machine.py [--write]

Every group of transitions names the functions that bring its evidence; they must be there. The
table in app/billing/README.md must say the same as the code; --write puts it there.
"""
import glob
import re
import sys

CODE = "app/billing/rules/attempt.c"
DOCUMENT = "app/billing/README.md"
BEGIN, END = "<!-- the machine -->\n", "<!-- the machine ends -->\n"


def transitions(text):
    """(from, evidence, to, functions) of every entry."""
    body = text[text.index("TRANSITIONS[] = {"):]
    body = body[:body.index("\n};")]
    functions = []
    for note, start, evidence, end in re.findall(
            r"/\*(.*?)\*/|\{ATTEMPT_(\w+), EVIDENCE_(\w+), ATTEMPT_(\w+)\}", body, re.S):
        if note:
            functions = re.findall(r"(\w+)\(\)", note)
        else:
            yield start, evidence, end, functions


def table(rows):
    groups = {}
    for start, evidence, end, functions in rows:
        groups.setdefault((start, end, tuple(functions)), []).append(evidence)
    lines = ["| from | evidence | to | by |", "|---|---|---|---|"]
    for (start, end, functions), evidences in groups.items():
        by = ", ".join("`%s()`" % name for name in functions)
        lines.append("| %s | %s | %s | %s |" % (start, ", ".join(evidences), end, by))
    return "\n".join(lines) + "\n"


def main():
    rows = list(transitions(open(CODE).read()))
    code = "".join(open(path).read() for path in glob.glob("app/billing/**/*.c", recursive=True))
    bad = 0
    for start, evidence, _, functions in rows:
        for name in functions:
            if not re.search(r"^[a-z][\w \*]*\b%s\(" % name, code, re.M):
                print("ERROR: %s: %s with %s: there is no %s()" % (CODE, start, evidence, name))
                bad += 1
        if not functions:
            print("ERROR: %s: %s with %s names no function" % (CODE, start, evidence))
            bad += 1
    document = open(DOCUMENT).read()
    before, rest = document.split(BEGIN)
    said, after = rest.split(END)
    if "--write" in sys.argv:
        open(DOCUMENT, "w").write(before + BEGIN + table(rows) + END + after)
    elif said != table(rows):
        print("ERROR: %s: the table differs from %s; tests/lint/machine.py --write" % (DOCUMENT, CODE))
        bad += 1
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
