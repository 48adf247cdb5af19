-- What is set for namespaces, replaced by name.
CREATE TABLE namespace (
    name VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
-- Versions of the files of namespaces, replaced by namespace, path and version.
CREATE TABLE namespace_file (
    namespace VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    record VARCHAR NOT NULL
);
