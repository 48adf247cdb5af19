-- Templates that flows put in by name, replaced by namespace and id.
CREATE TABLE template (
    namespace VARCHAR NOT NULL,
    template_id VARCHAR NOT NULL,
    record VARCHAR NOT NULL
);
