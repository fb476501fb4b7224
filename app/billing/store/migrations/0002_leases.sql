-- Which of several servers works on an attempt, and until when nobody else does.
ALTER TABLE payment_attempt ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_attempt ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;
