# screen.sh - the kiosk beside a browser in kiosk mode whose page shows the same two screens.
# Sourced by tests/bench/run, behind its hall and its display.
#
# Both are started, touched and looked at by the same program, x11/main.c, one after the other in
# every round. The browser has what an installer would give it, and the doubt: a profile that was
# used before, its page on the disk in three files, no start script, nothing that it fetches.

page=$HALL_STATE/page
# From home by "top up", an account that exists, and twice "next".
ours_taps="288,1075 539,1218 539,1071 872,1218 872,1071 872,1365 206,1218 540,1512 540,1512 540,1512 206,1071 722,1668 722,1668"
theirs_taps="288,1075"
KEYS=40
IDLE_S=20

# The page with its icons inlined, as a web developer's build step would do it.
screen_page() {
    local icon
    mkdir -p "$page" "$HALL_STATE/profile" "$HALL_STATE/seen/ours" "$HALL_STATE/seen/theirs"
    cp "$here"/chromium/kiosk.{css,js} "$page" && cp -R "$source_dir/assets/art" "$page" &&
        cp -RL "$build/assets/fonts" "$page" || return 1
    {
        echo '<svg width="0" height="0" style="position:absolute">'
        for icon in "$source_dir"/assets/icons/*.svg; do
            sed -e "s/<svg xmlns=\"[^\"]*\"/<symbol id=\"icon-$(basename "$icon" .svg)\"/" \
                -e 's/ width="24" height="24"//; s/#000/currentColor/g; s,</svg>,</symbol>,' "$icon"
        done
        echo '</svg>'
    } >"$page/sprite.svg"
    sed -e "/<!-- sprite -->/{r $page/sprite.svg" -e 'd}' "$here/chromium/kiosk.html" >"$page/kiosk.html"
}

# Without a window manager it leaves the last column and row free: so one more of each.
browser=(/usr/lib/chromium/chromium --kiosk --window-position=0,0 --window-size=1081,1921
    --force-device-scale-factor=1 --user-data-dir="$HALL_STATE/profile" --no-first-run
    --no-default-browser-check --noerrdialogs --disable-infobars --disable-session-crashed-bubble
    --disable-extensions --disable-default-apps --disable-component-update --disable-sync
    --disable-background-networking --disable-features=Translate,MediaRouter,OptimizationHints
    --disable-pinch --overscroll-history-navigation=0 --password-store=basic --disable-gpu)
[ "$(id -u)" -ne 0 ] || browser+=(--no-sandbox)

# screen_bench ours|theirs ARGUMENT...: one start of one of them; its figures go to its list.
screen_bench() {
    local who=$1 taps=$theirs_taps command=("${browser[@]}" "file://$page/kiosk.html")
    shift
    if [ "$who" = ours ]; then
        taps=$ours_taps
        command=("$build/app/kiosk/kiosk" --config "$HALL_STATE/kiosk.ini" --state-dir "$HALL_STATE/kiosk"
            --assets "$build/assets" --fullscreen)
    fi
    TZ=UTC-8 "$build/tests/bench/x11/bench_x11" --reference "$HALL_STATE/seen/$who" --taps "$taps" "$@" \
        -- "${command[@]}" >>"$HALL_STATE/$who.figures" 2>"$HALL_STATE/log/$who.log" && return 0
    grep bench_x11 "$HALL_STATE/log/$who.log" >&2
    echo "the measurement of $who failed; its last words:" >&2
    tail -n 5 "$HALL_STATE/log/$who.log" >&2
    return 1
}

# screen_value ours|theirs NAME DIVISOR DIGITS: the median of a figure.
screen_value() {
    sed -n "s/^$2=//p" "$HALL_STATE/$1.figures" | median | awk -v d="$3" -v n="$4" '{ printf "%.*f", n, $1 / d }'
}

# screen_ratio TEXT NAME DIVISOR UNIT DIGITS theirs/ours|ours/theirs BAR
screen_ratio() {
    local ours theirs verdict
    ours=$(screen_value ours "$2" "$3" "$5")
    theirs=$(screen_value theirs "$2" "$3" "$5")
    verdict=$(awk -v o="$ours" -v t="$theirs" -v kind="$6" -v bar="$7" 'BEGIN {
        ratio = kind == "theirs/ours" ? t / o : o / t
        good = kind == "theirs/ours" ? ratio >= bar : ratio <= bar
        printf "%6.2f  bar %s %-5s %s", ratio, kind == "theirs/ours" ? ">=" : "<=", bar, good ? "ok" : "MISSED" }')
    [ "${verdict%MISSED}" = "$verdict" ] || missed=$((missed + 1))
    printf '%-46s %10s %10s %-4s %-11s %s\n' "$1" "$ours" "$theirs" "$4" "$6" "$verdict"
}

screen_compare() {
    local round idle=$IDLE_S
    ! pgrep -x chromium >/dev/null ||
        echo "Other browsers run on this machine: they share memory and time with this one, which falsifies both."
    screen_page && screen_bench theirs --learn && screen_bench ours --learn &&
        "$build/tests/bench/x11/bench_x11" --compare "$HALL_STATE/seen/ours" "$HALL_STATE/seen/theirs" || return 1
    rm -f "$HALL_STATE"/{ours,theirs}.figures
    for round in $(seq "$rounds"); do
        screen_bench ours --idle "$idle" --keys "$KEYS" && screen_bench theirs --idle "$idle" --keys "$KEYS" || return 1
        idle=0
    done
    printf '\n%-46s %10s %10s\n' "beside $("${browser[0]}" --version 2>/dev/null | cut -d' ' -f1-2), same screens" kiosk browser
    screen_ratio "start to a complete home screen that answers" start_us 1000 ms 0 theirs/ours 4
    screen_ratio "memory when all was shown (PSS)" memory_kib 1024 MiB 1 theirs/ours 8
    screen_ratio "finger lands on a key, p50" land_p50_us 1000 ms 2 ours/theirs 0.5
    screen_ratio "finger lifts, digit on the screen, p50" lift_p50_us 1000 ms 2 ours/theirs 0.5
    screen_ratio "finger lifts, digit on the screen, p95" lift_p95_us 1000 ms 2 ours/theirs 0.5
    printf '%-46s %10s %10s %%\n' "CPU of a core on the home screen, $IDLE_S s" \
        "$(screen_value ours idle_percent 1 3)" "$(screen_value theirs idle_percent 1 3)"
    figure "the kiosk's own" "$(screen_value ours idle_percent 1 3)" "%" 0.1
}
