-- Everything that the first program had.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE audit (audit_id TEXT PRIMARY KEY, at_ms BIGINT NOT NULL, actor TEXT NOT NULL,
    event TEXT NOT NULL, subject TEXT NOT NULL);

CREATE TABLE enrolment_code (code_hash TEXT PRIMARY KEY, terminal_no TEXT NOT NULL,
    site TEXT NOT NULL, expires_at BIGINT NOT NULL,
    used_csr TEXT NOT NULL, certificate TEXT NOT NULL);
CREATE TABLE terminal (terminal_no TEXT PRIMARY KEY, site TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE, revoked BIGINT NOT NULL, enrolled_at BIGINT NOT NULL);

CREATE TABLE org (org_no TEXT PRIMARY KEY, name TEXT NOT NULL, payee TEXT NOT NULL,
    merchant TEXT NOT NULL, account_digits BIGINT NOT NULL, account_prefix TEXT NOT NULL,
    recharge_min_fen BIGINT NOT NULL, recharge_max_fen BIGINT NOT NULL, presets TEXT NOT NULL,
    show_balance BIGINT NOT NULL, show_restore BIGINT NOT NULL, pay_all_bills BIGINT NOT NULL,
    late_fee BIGINT NOT NULL);
CREATE TABLE account (account_no TEXT PRIMARY KEY, org_no TEXT NOT NULL REFERENCES org (org_no),
    name TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, category TEXT NOT NULL,
    prepaid BIGINT NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'closed')),
    usable_from BIGINT NOT NULL, balance_fen BIGINT NOT NULL, unbilled_fen BIGINT NOT NULL,
    daily_cost_fen BIGINT NOT NULL, supply_cut BIGINT NOT NULL, protected BIGINT NOT NULL,
    contract_kva BIGINT NOT NULL);
CREATE TABLE meter (meter_no TEXT PRIMARY KEY,
    account_no TEXT NOT NULL REFERENCES account (account_no));
CREATE TABLE bill (bill_id TEXT PRIMARY KEY,
    account_no TEXT NOT NULL REFERENCES account (account_no), period TEXT NOT NULL,
    due_date BIGINT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    late_fee TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'paid')),
    paid_order TEXT NOT NULL);
CREATE INDEX bill_of_account ON bill (account_no, state);

CREATE TABLE ledger_entry (entry_id TEXT PRIMARY KEY, at_ms BIGINT NOT NULL,
    business_date BIGINT NOT NULL);
CREATE TABLE ledger_line (entry_id TEXT NOT NULL REFERENCES ledger_entry (entry_id),
    line_no BIGINT NOT NULL, ledger_account TEXT NOT NULL, account_no TEXT NOT NULL,
    fen BIGINT NOT NULL, PRIMARY KEY (entry_id, line_no));
CREATE INDEX ledger_of_account ON ledger_line (account_no);

CREATE TABLE payment_order (order_no TEXT PRIMARY KEY, request_id TEXT NOT NULL UNIQUE,
    terminal_no TEXT NOT NULL, account_no TEXT NOT NULL REFERENCES account (account_no),
    kind TEXT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    payee TEXT NOT NULL, merchant TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('open', 'closing', 'done')),
    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, failure TEXT NOT NULL,
    balance_known BIGINT NOT NULL, balance_fen BIGINT NOT NULL,
    supply_restoring BIGINT NOT NULL);
CREATE INDEX order_unfinished ON payment_order (expires_at) WHERE status = 'open';
CREATE INDEX order_of_account ON payment_order (account_no);
CREATE TABLE order_bill (order_no TEXT NOT NULL REFERENCES payment_order (order_no),
    bill_id TEXT NOT NULL REFERENCES bill (bill_id), position BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL, late_fee_fen BIGINT NOT NULL, released BIGINT NOT NULL,
    PRIMARY KEY (order_no, bill_id));
-- At most one open payment per bill, whatever the program thinks.
CREATE UNIQUE INDEX one_payment_per_bill ON order_bill (bill_id) WHERE released = 0;

CREATE TABLE payment_attempt (out_trade_no TEXT PRIMARY KEY,
    order_no TEXT NOT NULL REFERENCES payment_order (order_no), number BIGINT NOT NULL,
    request_id TEXT UNIQUE, channel TEXT NOT NULL, by_phone BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL, state TEXT NOT NULL, open BIGINT NOT NULL,
    code_hash TEXT NOT NULL, created_at BIGINT NOT NULL, deadline BIGINT NOT NULL,
    next_at BIGINT NOT NULL, tries BIGINT NOT NULL, password BIGINT NOT NULL,
    transaction_id TEXT NOT NULL, paid_fen BIGINT NOT NULL, paid_at BIGINT NOT NULL,
    credited_at BIGINT NOT NULL, refunded_fen BIGINT NOT NULL, cashier_url TEXT NOT NULL,
    UNIQUE (order_no, number));
-- At most one attempt that is not final per order: the order's lock.
CREATE UNIQUE INDEX one_open_attempt ON payment_attempt (order_no) WHERE open = 1;
CREATE INDEX attempt_due ON payment_attempt (next_at) WHERE next_at > 0;
CREATE INDEX attempt_code ON payment_attempt (code_hash, created_at);
CREATE TABLE refund (out_refund_no TEXT PRIMARY KEY,
    out_trade_no TEXT NOT NULL UNIQUE REFERENCES payment_attempt (out_trade_no),
    amount_fen BIGINT NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT NOT NULL);
CREATE TABLE request_tombstone (request_id TEXT PRIMARY KEY, terminal_no TEXT NOT NULL,
    created_at BIGINT NOT NULL);
