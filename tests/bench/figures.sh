# figures.sh - figures beside their bars. Sourced by the scripts that measure.

missed=0
# figure NAME VALUE UNIT BAR: the bar is an upper bound.
figure() { figure_held "$1" "$2" "$3" "$4" '<='; }
# figure_least NAME VALUE UNIT BAR: a lower bound.
figure_least() { figure_held "$1" "$2" "$3" "$4" '>='; }
figure_held() {
    local verdict=ok
    awk -v v="$2" -v b="$4" -v kind="$5" 'BEGIN { exit !(kind == "<=" ? v <= b : v >= b) }' || { verdict=MISSED; missed=$((missed + 1)); }
    printf '%-46s %10s %-4s bar %s %-8s %s\n' "$1" "$2" "$3" "$5" "$4" "$verdict"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
