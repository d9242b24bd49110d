-- Documents in the order of their creation. Times are seconds since 1970-01-01 00:00 UTC.
CREATE TABLE documents (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    project    TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- An index ends with the sequence, so each of these delivers its documents in the order of creation.
CREATE INDEX documents_by_kind    ON documents (kind);
CREATE INDEX documents_by_project ON documents (project, kind);
CREATE INDEX documents_by_key     ON documents (key, kind);

-- The edges from a document to others, in the order its writer gave. A target need not exist.
CREATE TABLE document_references (
    document INTEGER NOT NULL REFERENCES documents (sequence) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    field    TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_references_by_target ON document_references (target, field);

-- How many documents have ever been created under a kind and natural key. Rows outlive the documents they count.
CREATE TABLE generations (
    kind  TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
