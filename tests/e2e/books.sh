# books.sh - the one rule about money that every test of whole programs ends with. Sourced after
# app/hall.sh, with its variables.

# Ours and theirs: what was charged and not returned is what stands credited, nothing is open.
# It may take a moment: the answer comes when they agree, or after 15 seconds with both.
books_agree() {
    local end=$((SECONDS + 15)) ours theirs
    while :; do
        ours=$(hall_admin books) || { echo "the ledger does not agree: $ours"; return 1; }
        theirs=$(echo books | socat -t 5 - "UNIX-CONNECT:$HALL_STATE/sandbox/control.sock" | sed 's/^ok //')
        if jq -e -n --argjson ours "$ours" --argjson theirs "$theirs" '
            $ours.agree and $ours.open_attempts == 0 and $ours.open_orders == 0 and
            $ours.manual_attempts == 0 and $ours.to_be_refunded_fen == 0 and
            ($ours.charges_fen - $ours.refunds_fen) == ($theirs.charged_fen - $theirs.refunded_fen) and
            $ours.credits_fen == ($theirs.charged_fen - $theirs.refunded_fen)' >/dev/null; then
            return 0
        fi
        [ "$SECONDS" -lt "$end" ] || { echo "the books differ: ours $ours, theirs $theirs"; return 1; }
        sleep 0.2
    done
}
