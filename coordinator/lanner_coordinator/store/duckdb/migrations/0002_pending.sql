-- What executions set off and what is still to be done: small, rows come and go.
CREATE TABLE pending (
    id VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
