#!/usr/bin/env python3
"""The law of dependencies, held by what each file includes.

A part may include its own headers, those of the parts named here, and of the system headers only
what its row allows. Only main.c, wire.c, loop.c and admin.c see everything. A row that allows more
than the code needs is an error too.
"""
import re
import sys

# part: (what it may include of ours, a folder or one header; external headers beside the C library)
LAW = {
    "app/common": ([], []),
    "app/protocol": (["common"], ["jansson"]),
    "app/system": (["common"], ["ini.h", "systemd/", "posix"]),
    "app/http": (["common"], ["curl/", "microhttpd", "gnutls/", "posix"]),
    "app/kiosk": (["kiosk/flow", "kiosk/ui", "system"], ["SDL2/"]),
    "app/kiosk/flow": (["common", "protocol/messages.h"], []),
    "app/kiosk/ui": (["common"], ["SDL2/", "jansson", "linebreak", "posix", "qrencode"]),
    "app/kiosk/screens": (["common", "kiosk/ui", "kiosk/flow/view.h"], []),
    "app/kiosk/paper": (
        # The log: a name whose characters no font has is for the operator, not for its caller.
        ["common", "system/log.h", "kiosk/flow/receipt.h", "printer/escpos.h", "printer/printer.h"],
        [],
    ),
    "app/kiosk/io": (
        ["common", "system", "protocol", "http/client.h", "kiosk/flow", "kiosk/paper/receipt.h",
         "scanner/scanner.h", "printer/printer.h"],
        ["sqlite3", "jansson", "openssl/", "posix"],
    ),
    "app/billing": (
        ["common", "system", "protocol", "billing/rules", "billing/store", "billing/gateway/provider.h",
         "billing/jobs"],
        ["jansson", "openssl/", "posix"],
    ),
    "app/billing/rules": (["common", "protocol/messages.h"], []),
    "app/billing/store": (
        ["common", "system", "protocol", "billing/rules"], ["libpq-fe", "sqlite3", "posix"],
    ),
    "app/billing/gateway": (["common", "system", "protocol", "http/client.h"], ["jansson", "openssl/"]),
    "app/billing/jobs": (
        ["common", "system", "protocol", "billing/store", "billing/settings.h",
         "billing/gateway/utility.h", "billing/secrets.h"],
        ["posix"],
    ),
    "app/billing/api": (
        ["common", "system", "protocol", "http/server.h", "http/html.h", "billing/store", "billing/jobs/apply.h",
         "billing/secrets.h", "billing/server.h"],
        ["jansson", "posix"],
    ),
    "app/sandbox": (["common", "system", "http"], ["sqlite3", "jansson", "openssl/", "curl/", "posix"]),
    "app/sandbox/bench": (
        ["common", "system", "http/server.h", "sandbox/sandbox.h", "sandbox/demo.h"],
        ["png", "posix", "qrencode", "zbar"],
    ),
    # Each kind of device knows itself alone.
    "drivers/scanner": (["common", "system"], ["posix"]),
    "drivers/printer": (["common", "system"], ["png", "ft2build", "iconv", "posix", "qrencode"]),
}
SEES_EVERYTHING = {"main.c", "wire.c", "loop.c", "admin.c"}
C_LIBRARY = {
    "assert", "ctype", "errno", "inttypes", "limits", "math", "setjmp", "signal", "stdarg", "stdatomic", "stdbool",
    "stddef", "stdint", "stdio", "stdlib", "string", "strings", "time", "getopt",
}
# Threads, files, sockets: what touches the machine. The flow and the rules may not.
POSIX = re.compile(r"^(pthread|sched|semaphore|unistd|spawn|fcntl|poll|dirent|iconv|langinfo|locale|netdb|arpa/|netinet/|sys/)")


def part_of(path):
    best = ""
    for part in LAW:
        if path.startswith(part + "/") and len(part) > len(best):
            best = part
    return best


def owner_of(name):
    """The part to which a header belongs, as it is named in an #include."""
    return part_of("app/" + name) or part_of("drivers/" + name)


def allowed_ours(part, name):
    if "/" not in name or owner_of(name) == part:
        return True
    return any(name == other or owner_of(name).split("/", 1)[-1] == other for other in LAW[part][0])


def allowed_external(part, name):
    base = name.removesuffix(".h")
    if base in C_LIBRARY:
        return True
    if POSIX.match(name):
        return "posix" in LAW[part][1] or name.startswith("iconv") and "iconv" in LAW[part][1]
    return any(name.startswith(word) for word in LAW[part][1])


def uses(part, word, ours, external):
    """True when something of the part needs what its row allows."""
    if word == "posix":
        return any(POSIX.match(name) for name in external)
    return any(name.startswith(word) for name in ours + external)


def main():
    bad = 0
    seen = {part: ([], []) for part in LAW}
    for path in sys.argv[1:]:
        part = part_of(path)
        if path.startswith(("app/", "drivers/")) and not part:
            print(f"ERROR: {path}: its folder has no row in the law")
            bad += 1
        if not part or path.split("/")[-1] in SEES_EVERYTHING:
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                ours = re.match(r'\s*#\s*include "([^"]+)"', line)
                external = re.match(r"\s*#\s*include <([^>]+)>", line)
                if ours:
                    seen[part][0].append(ours[1])
                    if not allowed_ours(part, ours[1]):
                        print(f"ERROR: {path}:{number}: {part} may not use {ours[1]}")
                        bad += 1
                if external:
                    seen[part][1].append(external[1])
                    if not allowed_external(part, external[1]):
                        print(f"ERROR: {path}:{number}: {part} may not use <{external[1]}>")
                        bad += 1
    for part, (ours, external) in seen.items():
        for word in LAW[part][0] + LAW[part][1]:
            if not uses(part, word, ours, external):
                print(f"ERROR: tests/lint/dependencies.py: {part} does not need {word}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
