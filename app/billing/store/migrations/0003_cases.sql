-- What one person wants to become of a MANUAL case, until a second one agrees.
CREATE TABLE case_proposal (out_trade_no TEXT PRIMARY KEY
    REFERENCES payment_attempt (out_trade_no), action TEXT NOT NULL, reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL, proposed_at BIGINT NOT NULL);
