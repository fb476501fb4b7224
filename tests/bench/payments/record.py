#!/usr/bin/env python3
"""Makes a pgbench script of what one apply() of the server did, from PostgreSQL's own log.

usage: record.py LOG NUMBER ACCOUNT    (log_statement = 'all'; the last transaction of the log)
The script wants the variables base, clients and steps: the numbers of a client are
base + client_id, and so on in steps, as those of bench_apply.
"""
import re
import sys

HEAD = """\\set i :i + 1
\\set n :base + :client_id + (:i - 1) * :clients
\\set a 5200000000 + mod(:n * 7919, 10007)
"""


def value_of(text, number, account):
    bare = text[1:-1]
    if bare == number:
        return ":n"
    if bare == account:
        return ":a"
    if number in bare:
        return "('%s' || :n::text)" % bare.removesuffix(number)
    return text


def main():
    path, number, account = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    begins = [i for i, line in enumerate(lines) if line.endswith("LOG:  statement: BEGIN")]
    print(HEAD + "BEGIN;")
    count = 0
    for i in range(begins[-1], len(lines)):
        if lines[i].endswith("LOG:  statement: COMMIT"):
            print("COMMIT;")
            break
        found = re.search(r"LOG:  execute \w+: (.*)", lines[i])
        if not found:
            continue
        sql = found.group(1)
        said = re.search(r"DETAIL:  parameters: (.*)", lines[i + 1])
        values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", said.group(1))) if said else {}
        print(re.sub(r"\$(\d+)", lambda match: value_of(values[match.group(1)], number, account), sql) + ";")
        count += 1
    if count < 5:
        sys.exit("record.py: the log holds no apply")


if __name__ == "__main__":
    main()
