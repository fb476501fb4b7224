# hall.sh - a whole service hall on loopback, for app/run and for the tests: the sandbox, the
# billing server with demonstration data, and an enrolled kiosk. Sourced by bash scripts.
#
# The caller sets, before any function:
#   HALL_BUILD   folder of the built programs
#   HALL_STATE   folder for all state; every program gets one below it
#   HALL_SOURCE  the repository
#   HALL_API, HALL_PAGES, HALL_GATEWAY   ports
#   HALL_STORE   the server's store when it is not a file of its own: postgresql://...
#   HALL_CABLE   with a bench: the port of the kiosk's cable to the server
# and may change settings with hall_set between hall_write_settings and the start.
#
# As a command, with all of the above in its environment, it is what the bench asks of the one who
# started the programs: hall.sh server-kill | server-start | books.

hall_say() { printf '%s\n' "$*" >&2; }

# A port that somebody listens on cannot be ours.
hall_port_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

hall_check_ports() {
    local port
    for port in "$HALL_API" "$HALL_PAGES" "$HALL_GATEWAY" ${HALL_CABLE:+"$HALL_CABLE"} ${HALL_CASHIER:+"$HALL_CASHIER"}; do
        if ! hall_port_free "$port"; then
            hall_say "Port $port on this machine is in use by another program. Stop that, or choose others with --port-base."
            return 1
        fi
    done
}

# The samples in config/ are the settings; only ports and what the caller adds differ.
hall_write_settings() {
    mkdir -p "$HALL_STATE"/{sandbox,billing,kiosk,log} || return 1
    chmod 700 "$HALL_STATE"
    cp "$HALL_SOURCE"/config/{sandbox,billing,kiosk}.ini "$HALL_STATE/" &&
        hall_set sandbox server port "$HALL_GATEWAY" &&
        hall_set billing server port "$HALL_API" &&
        hall_set billing public port "$HALL_PAGES" &&
        hall_set billing gateway url "http://127.0.0.1:$HALL_GATEWAY" &&
        hall_set billing utility url "http://127.0.0.1:$HALL_GATEWAY" &&
        hall_set billing store url "${HALL_STORE:-}" &&
        hall_set kiosk billing url "https://127.0.0.1:$HALL_API"
}

# The sandbox also serves the bench: it plays this kiosk, whose cable to the server has a switch.
hall_with_bench() {
    hall_set sandbox bench kiosk_dir "$HALL_STATE/kiosk" &&
        hall_set sandbox bench page_dir "$HALL_SOURCE/assets/bench" &&
        hall_set sandbox bench hall "$HALL_SOURCE/app/hall.sh" &&
        hall_set sandbox bench server_port "$HALL_API" &&
        hall_set sandbox bench cable_port "$HALL_CABLE" &&
        hall_set kiosk billing url "https://127.0.0.1:$HALL_CABLE" &&
        hall_set kiosk times health_s 5 # whoever pulls the cable wants to see it
}

# hall_with_lan ADDRESS: the pay page and the wallet's page behind its button are open to the
# network, at this machine's ADDRESS; notices still come from here alone.
hall_with_lan() {
    hall_set billing public bind_address 0.0.0.0 &&
        hall_set billing public base_url "http://$1:$HALL_PAGES" &&
        hall_set billing public notify_url "http://127.0.0.1:$HALL_PAGES" &&
        hall_set billing public notify_from 127.0.0.1 &&
        hall_set sandbox cashier bind_address 0.0.0.0 &&
        hall_set sandbox cashier port "$HALL_CASHIER" &&
        hall_set sandbox server public_url "http://$1:$HALL_CASHIER"
}

# hall_set PROGRAM SECTION KEY VALUE: changes or adds one setting.
hall_set() {
    local file=$HALL_STATE/$1.ini new
    new=$(awk -v section="[$2]" -v key="$3" -v value="$4" '
        $0 == section { inside = 1; print; if (!seen) print key " = " value; seen = 1; next }
        /^\[/ { inside = 0 }
        inside && $1 == key && $2 == "=" { next }
        { print }
        END { if (!seen) print section "\n" key " = " value }' "$file") && printf '%s\n' "$new" >"$file"
}

hall_admin() {
    "$HALL_BUILD/app/billing/billing-admin" --config "$HALL_STATE/billing.ini" --state-dir "$HALL_STATE/billing" "$@"
}

# Authority, store and demonstration data; once, and whole: a marker is written last.
hall_make_data() {
    local marker=$HALL_STATE/billing/demonstration.jsonl
    [ ! -s "$marker" ] || return 0
    hall_admin init >"$HALL_STATE/log/init.log" 2>&1 || { cat "$HALL_STATE/log/init.log" >&2; return 1; }
    "$HALL_BUILD/app/sandbox/demo-data" --today "${HALL_TODAY:-$(TZ=UTC-8 date +%F)}" >"$marker.new" || return 1
    hall_admin import "$marker.new" >>"$HALL_STATE/log/init.log" 2>&1 || { tail -n 3 "$HALL_STATE/log/init.log" >&2; return 1; }
    mv "$marker.new" "$marker"
}

# hall_wait_for SECONDS WHAT COMMAND...: until the command succeeds.
hall_wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ]; then
            hall_say "$what did not come up; its last words:"
            tail -n 5 "$HALL_STATE/log/$what.log" >&2
            return 1
        fi
        sleep 0.05
    done
}

# hall_pid PROGRAM: its process, from the file that hall_start wrote.
hall_pid() { cat "$HALL_STATE/$1.pid" 2>/dev/null || true; }

# One that ended and that nobody has buried yet is not alive, when its last thread is gone: until
# then it may still hold a lock.
hall_alive() {
    [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null || return 1
    ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status" || grep -qsE '^Threads:[[:space:]]*([2-9]|[1-9][0-9])' "/proc/$1/status"
}

hall_sandbox_up() { [ -s "$HALL_STATE/sandbox/ports" ]; }
hall_billing_up() {
    curl -fsS -m 2 --cacert "$HALL_STATE/billing/ca.pem" "https://127.0.0.1:$HALL_API/v1/health"
}

# Development builds only: its screen answers.
hall_kiosk_up() { [ -S "$HALL_STATE/kiosk/screen.sock" ]; }

# hall_start sandbox|billing|kiosk [ARGUMENT...]: in the background, until it answers.
hall_start() {
    local program=$1
    shift
    rm -f "$HALL_STATE/$program"/{ports,screen.sock}
    "$HALL_BUILD/app/$program/$program" --config "$HALL_STATE/$program.ini" \
        --state-dir "$HALL_STATE/$program" "$@" >>"$HALL_STATE/log/$program.log" 2>&1 &
    echo $! >"$HALL_STATE/$program.pid"
    disown
    hall_wait_for 20 "$program" "hall_${program}_up"
}

# A kiosk without a display: the bench's page shows its screen. hall_start_web_kiosk [WxH]
hall_start_web_kiosk() {
    SDL_VIDEODRIVER=dummy hall_start kiosk --assets "$HALL_BUILD/assets" --size "${1:-720x1280}"
}

# The kiosk's certificate, once.
hall_enrol() {
    local code
    [ ! -s "$HALL_STATE/kiosk/kiosk.crt" ] || return 0
    code=$(hall_admin enrol-code --terminal 00012 --site 示范营业厅) || return 1
    "$HALL_BUILD/app/kiosk/kiosk" --config "$HALL_STATE/kiosk.ini" \
        --state-dir "$HALL_STATE/kiosk" --ca "$HALL_STATE/billing/ca.pem" --enrol "$code" >/dev/null
}

# hall_stop PROGRAM [SIGNAL]: asks it to end, and makes it after five seconds.
hall_stop() {
    local pid i
    pid=$(hall_pid "$1")
    rm -f "$HALL_STATE/$1.pid"
    hall_alive "$pid" || return 0
    kill "-${2:-TERM}" "$pid" 2>/dev/null
    for i in $(seq 100); do
        hall_alive "$pid" || return 0
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
    return 0
}

hall_stop_all() {
    hall_stop kiosk
    hall_stop billing
    hall_stop sandbox
}

# Removes a hall's folder, but only one that hall_make_data made: its money is a game's. A state
# folder of any other origin may hold payments that are not delivered; kiosk --wipe knows.
hall_forget() {
    [ -e "$HALL_STATE" ] && ! rmdir "$HALL_STATE" 2>/dev/null || return 0
    [ -e "$HALL_STATE/sandbox.ini" ] &&
        [ -s "$HALL_STATE/billing/demonstration.jsonl" -o ! -e "$HALL_STATE/kiosk/journal.db" ] || {
        hall_say "$HALL_STATE was not made for demonstration and is left alone; kiosk --wipe removes a kiosk's state."
        return 1
    }
    if [ -e "$HALL_STATE/kiosk/lock" ] && ! flock -n "$HALL_STATE/kiosk/lock" true; then
        hall_say "A kiosk runs with $HALL_STATE; stop it first."
        return 1
    fi
    rm -rf "$HALL_STATE"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -uo pipefail
    case "${1:-}" in
        server-kill) hall_stop billing KILL ;;
        server-start) hall_alive "$(hall_pid billing)" || hall_start billing ;;
        books) hall_admin books || [ $? -eq 3 ] ;; # 3: they do not agree, which is an answer
        *) hall_say "usage: hall.sh server-kill | server-start | books"; exit 2 ;;
    esac
fi
