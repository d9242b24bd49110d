-- One row. Every transaction that writes raises its counter first, so it waits here for the one before it.
CREATE TABLE turns (
    one  BOOLEAN PRIMARY KEY CHECK (one),
    turn BIGINT  NOT NULL
);
INSERT INTO turns (one, turn) VALUES (TRUE, 0);

-- Documents in the order of their creation. Times are seconds since 1970-01-01 00:00 UTC.
CREATE TABLE documents (
    sequence   BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    project    TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    generation BIGINT  NOT NULL,
    revision   BIGINT  NOT NULL,
    body       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE INDEX documents_by_kind    ON documents (kind, sequence);
CREATE INDEX documents_by_project ON documents (project, kind, sequence);
CREATE INDEX documents_by_key     ON documents (key, kind, sequence);

-- The edges from a document to others, in the order its writer gave. A target need not exist.
CREATE TABLE document_references (
    document BIGINT NOT NULL REFERENCES documents (sequence) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    field    TEXT   NOT NULL,
    target   TEXT   NOT NULL,
    PRIMARY KEY (document, position)
);
CREATE INDEX document_references_by_target ON document_references (target, field);

-- How many documents have ever been created under a kind and natural key. Rows outlive the documents they count.
CREATE TABLE generations (
    kind  TEXT   NOT NULL,
    key   TEXT   NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
