/*
 * sql.h - every statement of the server, once: SQL(NAME, text). The same text is valid on
 * SQLite and PostgreSQL; tests/contract prepares each of them on both.
 *
 * Parameters are $1, $2 ... and bound by name: SQLite numbers them by first appearance.
 */
/* clang-format off */

/* -- meta, counters ------------------------------------------------------------------------ */
SQL(META_GET, "SELECT value FROM meta WHERE name = $1")
SQL(META_SET, "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
SQL(COUNTER_TAKE, "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = counter.value + $2 RETURNING value")
SQL(AUDIT_ADD, "INSERT INTO audit (audit_id, at_ms, actor, event, subject) VALUES ($1, $2, $3, $4, $5)")

/* -- terminals ----------------------------------------------------------------------------- */
SQL(CODE_ADD, "INSERT INTO enrolment_code (code_hash, terminal_no, site, expires_at, used_csr, certificate) VALUES ($1, $2, $3, $4, '', '')")
SQL(CODE_GET, "SELECT terminal_no, site, expires_at, used_csr, certificate FROM enrolment_code WHERE code_hash = $1")
SQL(CODE_USE, "UPDATE enrolment_code SET used_csr = $2, certificate = $3 WHERE code_hash = $1 AND used_csr = ''")
SQL(TERMINAL_PUT, "INSERT INTO terminal (terminal_no, site, fingerprint, revoked, enrolled_at) VALUES ($1, $2, $3, 0, $4) ON CONFLICT (terminal_no) DO UPDATE SET site = excluded.site, fingerprint = excluded.fingerprint, revoked = 0, enrolled_at = excluded.enrolled_at")
SQL(TERMINAL_BY_PRINT, "SELECT terminal_no, site FROM terminal WHERE fingerprint = $1 AND revoked = 0")
SQL(TERMINAL_REVOKE, "UPDATE terminal SET revoked = 1 WHERE terminal_no = $1")

/* -- organisations, accounts, bills -------------------------------------------------------- */
SQL(ORG_ADD, "INSERT INTO org (org_no, name, payee, merchant, account_digits, account_prefix, recharge_min_fen, recharge_max_fen, presets, show_balance, show_restore, pay_all_bills, late_fee, ledger) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (org_no) DO NOTHING")
SQL(ORG_RULES, "SELECT account_digits, account_prefix FROM org WHERE org_no = $1")
SQL(ACCOUNT_ADD, "INSERT INTO account (account_no, org_no, name, address, phone, category, prepaid, state, usable_from, balance_fen, unbilled_fen, daily_cost_fen, supply_cut, protected, contract_kva) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (account_no) DO NOTHING")
SQL(METER_ADD, "INSERT INTO meter (meter_no, account_no) VALUES ($1, $2) ON CONFLICT (meter_no) DO NOTHING")
SQL(BILL_ADD, "INSERT INTO bill (bill_id, account_no, period, due_date, amount_fen, late_fee, state, paid_order) VALUES ($1, $2, $3, $4, $5, $6, $7, '') ON CONFLICT (bill_id) DO NOTHING")
SQL(ACCOUNT_GET, "SELECT a.org_no, a.name, a.address, a.category, a.prepaid, a.state, a.usable_from, a.balance_fen, a.unbilled_fen, a.daily_cost_fen, a.supply_cut, o.payee, o.merchant, o.recharge_min_fen, o.recharge_max_fen, o.presets, o.show_balance, o.show_restore, o.pay_all_bills, o.late_fee, o.ledger FROM account a JOIN org o ON o.org_no = a.org_no WHERE a.account_no = $1")
SQL(ACCOUNT_EXISTS, "SELECT 1 FROM account WHERE account_no = $1")
SQL(ACCOUNT_CREDIT, "UPDATE account SET balance_fen = balance_fen + $2 WHERE account_no = $1 AND state = 'active' AND prepaid = 1 RETURNING balance_fen, unbilled_fen, supply_cut")
SQL(ACCOUNT_RESTORE, "UPDATE account SET supply_cut = 0 WHERE account_no = $1 AND supply_cut = 1")
SQL(BILLS_OPEN, "SELECT bill_id, period, due_date, amount_fen, late_fee FROM bill WHERE account_no = $1 AND state = 'open' ORDER BY period, bill_id")
SQL(BILL_IS_OPEN, "SELECT 1 FROM bill WHERE bill_id = $1 AND state = 'open'")
SQL(BILL_PAY, "UPDATE bill SET state = 'paid', paid_order = $2 WHERE bill_id = $1 AND state = 'open'")
SQL(RECENT_PAID, "SELECT t.paid_fen, t.created_at FROM payment_attempt t JOIN payment_order p ON p.order_no = t.order_no WHERE p.account_no = $1 AND t.state IN ('CREDITING', 'DISPUTED', 'CREDITED') AND t.created_at > $2 ORDER BY t.created_at DESC LIMIT 1")
SQL(ACCOUNT_TODAY, "SELECT COUNT(*), CAST(COALESCE(SUM(t.amount_fen), 0) AS BIGINT) FROM payment_order p JOIN payment_attempt t ON t.order_no = p.order_no WHERE p.account_no = $1 AND p.kind = 'recharge' AND t.created_at >= $2 AND t.state NOT IN ('FAILED', 'REVERSED', 'REFUND_INTENT', 'REFUNDING', 'REFUNDED')")
SQL(PAYER_TODAY, "SELECT COUNT(*), CAST(COALESCE(SUM(paid_fen), 0) AS BIGINT) FROM payment_attempt WHERE payer_hash = $1 AND payer_hash <> '' AND created_at >= $2 AND out_trade_no <> $3 AND state IN ('CREDITING', 'DISPUTED', 'CREDITED')")
SQL(ACCOUNT_UNRESOLVED, "SELECT COUNT(*) FROM payment_order p JOIN payment_attempt t ON t.order_no = p.order_no WHERE p.account_no = $1 AND (t.open = 1 OR t.state = 'MANUAL')")
SQL(ACCOUNT_CUT, "UPDATE account SET supply_cut = 1 WHERE account_no = $1 AND state = 'active' AND supply_cut = 0 AND protected = 0")

/* -- orders -------------------------------------------------------------------------------- */
SQL(ORDER_ADD, "INSERT INTO payment_order (order_no, request_id, terminal_no, account_no, kind, amount_fen, payee, merchant, token, status, created_at, expires_at, failure, balance_known, balance_fen, supply_restoring, ledger) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11, 'none', 0, 0, 0, $12)")
SQL(ORDER_BILL_ADD, "INSERT INTO order_bill (order_no, bill_id, position, amount_fen, late_fee_fen, released) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING")
SQL(ORDER_GET, "SELECT order_no, request_id, terminal_no, account_no, kind, amount_fen, payee, merchant, token, status, expires_at, failure, balance_known, balance_fen, supply_restoring FROM payment_order WHERE order_no = $1")
SQL(ORDER_BY_REQUEST, "SELECT order_no FROM payment_order WHERE request_id = $1")
SQL(ORDER_BY_TOKEN, "SELECT order_no FROM payment_order WHERE token = $1")
SQL(ORDER_BILLS, "SELECT bill_id, amount_fen, late_fee_fen FROM order_bill WHERE order_no = $1 ORDER BY position")
SQL(ORDER_CLOSING, "UPDATE payment_order SET status = 'closing' WHERE order_no = $1 AND status = 'open'")
SQL(ORDER_DONE, "UPDATE payment_order SET status = 'done' WHERE order_no = $1 AND status <> 'done'")
SQL(ORDER_FAILURE, "UPDATE payment_order SET failure = $2 WHERE order_no = $1")
SQL(ORDER_BALANCE, "UPDATE payment_order SET balance_known = 1, balance_fen = $2, supply_restoring = $3 WHERE order_no = $1")
SQL(ORDER_RELEASE, "UPDATE order_bill SET released = 1 WHERE order_no = $1 AND released = 0")
SQL(ORDERS_EXPIRED, "SELECT order_no FROM payment_order WHERE status = 'open' AND expires_at <= $1 LIMIT 16")
SQL(ORDERS_NEXT_EXPIRY, "SELECT MIN(expires_at) FROM payment_order WHERE status = 'open'")
SQL(TOMBSTONE_ADD, "INSERT INTO request_tombstone (request_id, terminal_no, created_at) VALUES ($1, $2, $3) ON CONFLICT (request_id) DO NOTHING")
SQL(TOMBSTONE_GET, "SELECT terminal_no FROM request_tombstone WHERE request_id = $1")

/* -- attempts ------------------------------------------------------------------------------ */
SQL(ATTEMPT_ADD, "INSERT INTO payment_attempt (out_trade_no, order_no, number, request_id, channel, by_phone, amount_fen, state, open, code_hash, created_at, deadline, next_at, tries, password, transaction_id, paid_fen, paid_at, credited_at, refunded_fen, cashier_url, lease_owner, lease_until) VALUES ($1, $2, $3, $4, $5, $6, $7, 'INTENT', 1, $8, $9, $10, $9, 0, 0, '', 0, 0, 0, 0, '', $11, $12) ON CONFLICT DO NOTHING")
SQL(ATTEMPT_GET, "SELECT t.out_trade_no, t.order_no, t.request_id, t.channel, t.by_phone, t.amount_fen, t.state, t.code_hash, t.deadline, t.tries, t.password, t.transaction_id, t.paid_fen, t.paid_at, t.cashier_url, p.payee, p.merchant, p.terminal_no, p.account_no, p.kind, p.status, p.expires_at, p.token, t.created_at, t.credited_at, p.ledger, t.postings FROM payment_attempt t JOIN payment_order p ON p.order_no = t.order_no WHERE t.out_trade_no = $1")
SQL(ATTEMPTS_OF_ORDER, "SELECT out_trade_no, request_id, channel, by_phone, state, password, transaction_id, paid_at, cashier_url, number FROM payment_attempt WHERE order_no = $1 ORDER BY number")
SQL(ATTEMPT_BY_REQUEST, "SELECT out_trade_no, order_no, code_hash FROM payment_attempt WHERE request_id = $1")
SQL(ATTEMPT_CODE_RECENT, "SELECT out_trade_no FROM payment_attempt WHERE code_hash = $1 AND created_at > $2 LIMIT 1")
SQL(ATTEMPT_MOVE, "UPDATE payment_attempt SET state = $3, open = $4, next_at = $5, tries = $6 WHERE out_trade_no = $1 AND state = $2")
SQL(ATTEMPT_PASSWORD, "UPDATE payment_attempt SET password = $2 WHERE out_trade_no = $1")
SQL(ATTEMPT_PAID, "UPDATE payment_attempt SET transaction_id = $2, paid_fen = $3, paid_at = $4 WHERE out_trade_no = $1 AND paid_fen = 0")
SQL(ATTEMPT_CREDITED, "UPDATE payment_attempt SET credited_at = $2 WHERE out_trade_no = $1")
SQL(ATTEMPT_REFUNDED, "UPDATE payment_attempt SET refunded_fen = paid_fen WHERE out_trade_no = $1")
SQL(ATTEMPT_CASHIER, "UPDATE payment_attempt SET cashier_url = $2 WHERE out_trade_no = $1")
SQL(ATTEMPT_WAKE, "UPDATE payment_attempt SET next_at = $2, tries = CASE WHEN tries > 0 AND state IN ('FAILED', 'REVERSED') THEN tries - 1 ELSE tries END WHERE out_trade_no = $1 AND state <> 'INTENT'")
SQL(ATTEMPTS_DUE, "SELECT out_trade_no FROM payment_attempt WHERE next_at > 0 AND next_at <= $1 AND (lease_until <= $1 OR lease_owner = $2) ORDER BY next_at LIMIT 64")
SQL(ATTEMPT_LEASE, "UPDATE payment_attempt SET lease_owner = $2, lease_until = $3 WHERE out_trade_no = $1")
SQL(ATTEMPT_LET_GO, "UPDATE payment_attempt SET lease_owner = '', lease_until = 0 WHERE out_trade_no = $1 AND lease_owner = $2")
SQL(ATTEMPTS_NEXT, "SELECT MIN(next_at) FROM payment_attempt WHERE next_at > 0 AND next_at > $1")
SQL(ATTEMPTS_STRANDED, "UPDATE payment_attempt SET next_at = $1 WHERE open = 1 AND (next_at > $3 OR (next_at > $2 AND state IN ('INTENT', 'SENT', 'PAYING')))")
SQL(ATTEMPTS_BOOT, "UPDATE payment_attempt SET next_at = $1 WHERE open = 1 OR state = 'REFUND_INTENT' OR state = 'REFUNDING'")
SQL(CASES, "SELECT out_trade_no FROM payment_attempt WHERE state IN ('MANUAL', 'DISPUTED') OR (next_at > 0 AND created_at < $1 AND state IN ('REVERSING', 'CREDITING', 'REFUND_INTENT', 'REFUNDING')) ORDER BY created_at, out_trade_no")
SQL(CASE_FIND, "SELECT out_trade_no FROM payment_attempt WHERE out_trade_no = $1 OR transaction_id = $1 OR order_no = $1 OR order_no = (SELECT p.order_no FROM payment_order p WHERE p.request_id = $1) ORDER BY number DESC LIMIT 1")
SQL(CASE_PROPOSE, "INSERT INTO case_proposal (out_trade_no, action, reason, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (out_trade_no) DO UPDATE SET action = excluded.action, reason = excluded.reason, proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at")
SQL(CASE_PROPOSAL, "SELECT action, reason, proposed_by, proposed_at FROM case_proposal WHERE out_trade_no = $1")
SQL(CASE_DROP, "DELETE FROM case_proposal WHERE out_trade_no = $1")
SQL(ATTEMPT_PAYER, "UPDATE payment_attempt SET payer_hash = $2 WHERE out_trade_no = $1")
SQL(ATTEMPT_POSTINGS, "UPDATE payment_attempt SET postings = $2 WHERE out_trade_no = $1")
SQL(POSTING_ADD, "INSERT INTO posting (posting_no, out_trade_no, amount_fen, created_at, state, reason, done_at) VALUES ($1, $2, $3, $4, 'open', '', 0)")
SQL(POSTING_DONE, "UPDATE posting SET state = $2, reason = $3, done_at = $4 WHERE posting_no = $1")
SQL(REFUND_ADD, "INSERT INTO refund (out_refund_no, out_trade_no, amount_fen, created_at, done_at) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING")
SQL(REFUND_DONE, "UPDATE refund SET done_at = $2 WHERE out_trade_no = $1 AND done_at = 0")

/* -- ledger -------------------------------------------------------------------------------- */
SQL(LEDGER_ENTRY, "INSERT INTO ledger_entry (entry_id, at_ms, business_date) VALUES ($1, $2, $3) ON CONFLICT (entry_id) DO NOTHING")
SQL(LEDGER_LINE, "INSERT INTO ledger_line (entry_id, line_no, ledger_account, account_no, fen) VALUES ($1, $2, $3, $4, $5)")
SQL(BOOKS_SUM, "SELECT CAST(COALESCE(SUM(fen), 0) AS BIGINT), COUNT(*) FROM ledger_line")
SQL(BOOKS_UNBALANCED, "SELECT COUNT(*) FROM (SELECT entry_id FROM ledger_line GROUP BY entry_id HAVING SUM(fen) <> 0) AS bad")
SQL(BOOKS_ACCOUNT, "SELECT CAST(COALESCE(SUM(fen), 0) AS BIGINT) FROM ledger_line WHERE ledger_account = $1")
SQL(BOOKS_DRIFT, "SELECT COUNT(*) FROM account a JOIN org o ON o.org_no = a.org_no WHERE o.ledger = 'own' AND a.prepaid = 1 AND a.balance_fen <> COALESCE((SELECT -SUM(l.fen) FROM ledger_line l WHERE l.account_no = a.account_no AND l.ledger_account = 'prepaid_cash'), 0)")
SQL(BOOKS_CHARGES, "SELECT CAST(COALESCE(SUM(paid_fen), 0) AS BIGINT), CAST(COALESCE(SUM(refunded_fen), 0) AS BIGINT) FROM payment_attempt")
SQL(BOOKS_CREDITS, "SELECT CAST(COALESCE(SUM(l.fen), 0) AS BIGINT) FROM ledger_line l WHERE l.ledger_account = 'channel_clearing' AND l.entry_id LIKE 'credit:%'")
SQL(BOOKS_ORDERS, "SELECT COUNT(*) FROM payment_order WHERE status <> 'done'")
SQL(BOOKS_ATTEMPTS, "SELECT COUNT(*) FROM payment_attempt WHERE open = 1 OR state = 'REFUND_INTENT' OR state = 'REFUNDING'")
SQL(BOOKS_MANUAL, "SELECT COUNT(*) FROM payment_attempt WHERE state IN ('MANUAL', 'DISPUTED')")
SQL(BOOKS_TWICE, "SELECT COUNT(*) FROM (SELECT order_no FROM payment_attempt WHERE state IN ('CREDITING', 'DISPUTED', 'CREDITED') GROUP BY order_no HAVING COUNT(*) > 1) AS twice")
/* clang-format on */
