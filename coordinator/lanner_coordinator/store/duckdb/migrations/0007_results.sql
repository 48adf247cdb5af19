-- Results of tasks that are kept for later executions, replaced by key.
CREATE TABLE result (
    key VARCHAR NOT NULL,
    namespace VARCHAR NOT NULL,
    flow_id VARCHAR NOT NULL,
    task_run_id VARCHAR NOT NULL,
    has_files BOOLEAN NOT NULL,
    kept_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    record VARCHAR NOT NULL
);
