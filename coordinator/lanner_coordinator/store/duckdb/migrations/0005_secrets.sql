-- Secrets of namespaces, encrypted, replaced by namespace and key.
CREATE TABLE secret (
    namespace VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
-- What they are encrypted with, encrypted with the master key.
CREATE TABLE data_key (
    id VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
