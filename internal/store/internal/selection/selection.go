// Package selection says in SQL what a query selects. All implementations keep documents in the tables "documents" and
// "document_references", and these statements use nothing that SQL databases word differently, but that they mark
// parameters with a question mark.
package selection

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// columns are a document, repeated for each of its references. The body comes with the first only.
const columns = `d.sequence, d.id, d.kind, d.project, d.key, d.generation, d.revision, d.session, d.created_at,
	d.updated_at, CASE WHEN r.position > 0 THEN NULL ELSE d.body END, r.field, r.target`

// Document selects the document with one id. It and Documents return rows of sequence, id, kind, project, key,
// generation, revision, session, times of creation and change in seconds since 1970, body, and one reference's field and
// target. A document has as many rows as references, one after the other, and at least one, whose reference may be NULL; the
// body of the rows after the first is NULL.
const Document = `SELECT ` + columns + `
	FROM documents AS d LEFT JOIN document_references AS r ON r.document = d.sequence
	WHERE d.id = ? ORDER BY r.position`

// Generation selects the number of documents created under a kind and a key; no row is none.
const Generation = `SELECT count FROM generations WHERE kind = ? AND key = ?`

// Generations selects all of these numbers with their kinds and keys; ForgetGeneration and SetGeneration change one.
const (
	Generations      = `SELECT kind, key, count FROM generations`
	ForgetGeneration = `DELETE FROM generations WHERE kind = ? AND key = ?`
	SetGeneration    = `INSERT INTO generations (kind, key, count) VALUES (?, ?, ?)
		ON CONFLICT (kind, key) DO UPDATE SET count = excluded.count`
)

// restrictions returns the conditions that a query puts on a document by itself, and their arguments. There is one
// text for each set of restrictions, with which a database picks an index; one text for all queries would scan the
// table.
func restrictions(q store.Query) (where []string, args []any) {
	restrict := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	if q.Kind != "" {
		restrict("kind = ?", q.Kind)
	}
	if q.Project != "" {
		restrict("project = ?", q.Project)
	}
	if q.Key != "" {
		restrict("key = ?", q.Key)
	}
	switch {
	case q.Target != "" && q.Field != "":
		restrict("sequence IN (SELECT document FROM document_references WHERE target = ? AND field = ?)",
			q.Target, q.Field)
	case q.Target != "":
		restrict("sequence IN (SELECT document FROM document_references WHERE target = ?)", q.Target)
	case q.Field != "":
		restrict("EXISTS (SELECT 1 FROM document_references WHERE document = sequence AND field = ?)", q.Field)
	}
	return where, args
}

// Count returns the statement that counts what a query selects, and its arguments.
func Count(q store.Query) (text string, args []any) {
	where, args := restrictions(q)
	return "SELECT count(*) FROM documents" + conditions(where), args
}

// Tally returns the statement that counts documents by what they refer to in the query's field, and its arguments. Its
// rows are a target and a number.
func Tally(q store.Query) (text string, args []any) {
	where, args := restrictions(store.Query{Kind: q.Kind, Project: q.Project})
	where = append(where, "field = ?")
	return "SELECT target, count(DISTINCT sequence) FROM documents JOIN document_references ON document = sequence" +
		conditions(where) + " GROUP BY target", append(args, q.Field)
}

// bare are the columns of documents without their references.
const bare = `sequence, id, kind, project, key, generation, revision, session, created_at, updated_at, body,
	CAST(NULL AS TEXT), CAST(NULL AS TEXT)`

// Documents returns the statement for a query and its arguments.
func Documents(q store.Query) (text string, args []any) {
	where, args := restrictions(q)
	if q.After != "" {
		// No document with this id makes the comparison NULL, which selects nothing.
		where = append(where, "sequence > (SELECT sequence FROM documents WHERE id = ?)")
		args = append(args, q.After)
	}
	if q.Bare {
		text = "SELECT " + bare + " FROM documents" + conditions(where) + " ORDER BY sequence"
		if q.Limit > 0 {
			text, args = text+" LIMIT ?", append(args, q.Limit)
		}
		return text, args
	}

	var b strings.Builder
	b.WriteString("SELECT " + columns + " FROM ")
	if q.Limit > 0 {
		// The limit counts documents, not the rows of their references.
		b.WriteString("(SELECT * FROM documents" + conditions(where) + " ORDER BY sequence LIMIT ?) AS d")
		args = append(args, q.Limit)
		where = nil
	} else {
		b.WriteString("documents AS d")
	}
	b.WriteString(" LEFT JOIN document_references AS r ON r.document = d.sequence")
	b.WriteString(conditions(where))
	b.WriteString(" ORDER BY d.sequence, r.position")
	return b.String(), args
}

func conditions(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(where, " AND ")
}
