package sqlstore

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// documentColumns and bareColumns are what readDocuments reads: a document with one of its references, and a document
// without. A document has as many rows as references and at least one, whose position may be -1 for no reference. The body
// comes with the first row only.
const (
	documentColumns = `d.sequence, d.id, d.kind, d.project, d.key, d.generation, d.revision, d.session, d.created_at,
	d.updated_at, CASE WHEN r.position > 0 THEN NULL ELSE d.body END,
	coalesce(r.position, -1), coalesce(r.field, ''), coalesce(r.target, '')`
	bareColumns = `sequence, id, kind, project, key, generation, revision, session, created_at, updated_at, body, -1, '', ''`
)

const (
	selectGeneration  = `SELECT count FROM generations WHERE kind = ? AND key = ?`
	selectGenerations = `SELECT kind, key, count FROM generations`
	deleteGeneration  = `DELETE FROM generations WHERE kind = ? AND key = ?`
	setGeneration     = `INSERT INTO generations (kind, key, count) VALUES (?, ?, ?)
		ON CONFLICT (kind, key) DO UPDATE SET count = excluded.count`
)

// selectDocument selects the document with one id.
func selectDocument(id string) Statement {
	return Statement{`SELECT ` + documentColumns + `
	FROM documents AS d LEFT JOIN document_references AS r ON r.document = d.sequence
	WHERE d.id = ? ORDER BY r.position`, []any{id}}
}

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

// countDocuments counts what a query selects.
func countDocuments(q store.Query) Statement {
	where, args := restrictions(q)
	return Statement{"SELECT count(*) FROM documents" + conditions(where), args}
}

// countTargets counts documents by what they refer to in the query's field. Its rows are a target and a number.
func countTargets(q store.Query) Statement {
	where, args := restrictions(store.Query{Kind: q.Kind, Project: q.Project})
	where = append(where, "field = ?")
	return Statement{"SELECT target, count(DISTINCT sequence) FROM documents JOIN document_references ON document = sequence" +
		conditions(where) + " GROUP BY target", append(args, q.Field)}
}

// selectDocuments selects the documents of a query.
func selectDocuments(q store.Query) Statement {
	where, args := restrictions(q)
	if q.After != "" {
		// No document with this id makes the comparison NULL, which selects nothing.
		where = append(where, "sequence > (SELECT sequence FROM documents WHERE id = ?)")
		args = append(args, q.After)
	}
	if q.Bare {
		text := "SELECT " + bareColumns + " FROM documents" + conditions(where) + " ORDER BY sequence"
		if q.Limit > 0 {
			text, args = text+" LIMIT ?", append(args, q.Limit)
		}
		return Statement{text, args}
	}

	var b strings.Builder
	b.WriteString("SELECT " + documentColumns + " FROM ")
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
	return Statement{b.String(), args}
}

func conditions(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(where, " AND ")
}
