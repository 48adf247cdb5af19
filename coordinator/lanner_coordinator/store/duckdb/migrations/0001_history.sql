-- History is append-only and has no indexes: ids are time-ordered, so that the minima and maxima
-- that DuckDB keeps of each row group lead it to the few that can hold one.

CREATE TABLE execution (
    id VARCHAR NOT NULL,
    namespace VARCHAR NOT NULL,
    flow_id VARCHAR NOT NULL,
    flow_revision BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,
    attempt_number BIGINT NOT NULL,
    labels MAP(VARCHAR, VARCHAR) NOT NULL,
    trigger VARCHAR NOT NULL,
    failed_task_id VARCHAR NOT NULL,
    error VARCHAR NOT NULL,
    task_run_count BIGINT NOT NULL,
    ended_task_run_count BIGINT NOT NULL,
    snapshot VARCHAR USING COMPRESSION zstd NOT NULL,
    journal_sequence BIGINT NOT NULL
);

CREATE TABLE task_run (
    execution_id VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    task_id VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    parent_id VARCHAR NOT NULL,
    value VARCHAR,
    state VARCHAR NOT NULL,
    attempt_count BIGINT NOT NULL,
    agent_id VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,
    error VARCHAR NOT NULL
);

CREATE TABLE log (
    position BIGINT NOT NULL,
    execution_id VARCHAR NOT NULL,
    task_run_id VARCHAR NOT NULL,
    task_id VARCHAR NOT NULL,
    attempt_id VARCHAR NOT NULL,
    attempt_number BIGINT NOT NULL,
    line BIGINT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    level VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    is_late BOOLEAN NOT NULL
);

CREATE TABLE request (
    request_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Events of live executions, and of ended ones until they are swept.
CREATE TABLE journal (
    execution_id VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    record VARCHAR NOT NULL
);

-- Up to which event the journal of an execution is dead; swept together with those events.
CREATE TABLE journal_end (
    execution_id VARCHAR NOT NULL,
    sequence BIGINT NOT NULL
);

-- Small tables, where rows are replaced by key.

CREATE TABLE flow (
    namespace VARCHAR NOT NULL,
    flow_id VARCHAR NOT NULL,
    revision BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL,
    applied_by VARCHAR NOT NULL,
    is_deleted BOOLEAN NOT NULL
);

CREATE TABLE trigger (
    namespace VARCHAR NOT NULL,
    flow_id VARCHAR NOT NULL,
    trigger_id VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);

CREATE TABLE batch (
    id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    ended_at TIMESTAMP,
    record VARCHAR NOT NULL
);

CREATE TABLE batch_item (
    batch_id VARCHAR NOT NULL,
    index BIGINT NOT NULL,
    execution_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    message VARCHAR NOT NULL
);

CREATE TABLE agent (
    agent_id VARCHAR NOT NULL,
    catalog VARCHAR NOT NULL,
    catalog_sha256 VARCHAR NOT NULL,
    seen_at TIMESTAMP NOT NULL
);

-- One row: the epoch, and the last group of the commit log that the tables hold.
CREATE TABLE progress (
    epoch BIGINT NOT NULL,
    settled_group BIGINT NOT NULL
);
INSERT INTO progress VALUES (1, 0);
