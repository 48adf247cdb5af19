-- Values that flows keep, replaced by namespace and key.
CREATE TABLE key_value (
    namespace VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
