-- Accounts whose books are a utility's own system: what was paid is posted there before it is credited.
ALTER TABLE org ADD COLUMN ledger TEXT NOT NULL DEFAULT 'own';
ALTER TABLE payment_order ADD COLUMN ledger TEXT NOT NULL DEFAULT 'own';
-- How often this payment was posted under a number of its own; the last of them is the open one.
ALTER TABLE payment_attempt ADD COLUMN postings BIGINT NOT NULL DEFAULT 0;
CREATE TABLE posting (posting_no TEXT PRIMARY KEY,
    out_trade_no TEXT NOT NULL REFERENCES payment_attempt (out_trade_no),
    amount_fen BIGINT NOT NULL, created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused', 'disputed')),
    reason TEXT NOT NULL, done_at BIGINT NOT NULL);
-- Who paid, as a hash of the provider's own name for the payer: for the limits of a day alone.
ALTER TABLE payment_attempt ADD COLUMN payer_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX attempt_of_payer ON payment_attempt (payer_hash, created_at) WHERE payer_hash <> '';
