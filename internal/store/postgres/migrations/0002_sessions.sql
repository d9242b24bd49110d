-- The run of a program that created a document, until somebody claims the document.
ALTER TABLE documents ADD COLUMN session TEXT NOT NULL DEFAULT '';
