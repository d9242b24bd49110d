package emulator

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// What an export calls itself. A file with a higher version is of a later program.
const (
	exportFormat  = "vpclab"
	exportVersion = 1
)

// record is one object in an export. Project and id are the object's own.
type record struct {
	Kind       string    `json:"kind"`
	Key        string    `json:"key"`
	Generation int64     `json:"generation"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	// Object is the object as network.Encode writes it, byte for byte.
	Object json.RawMessage `json:"object"`
}

// tally is the number of objects ever created under a kind and key, where the objects in the export do not tell it.
type tally struct {
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Count int64  `json:"count"`
}

// Export writes everything in the store as one JSON document, which Restore reads:
//
//	{
//	  "format": "vpclab",
//	  "version": 1,
//	  "objects": [
//	    {"kind": ..., "key": ..., "generation": ..., "created_at": ..., "updated_at": ..., "object": {...}},
//	    ...
//	  ],
//	  "counts": [
//	    {"kind": ..., "key": ..., "count": ...},
//	    ...
//	  ]
//	}
//
// Each object has a line of its own. They are ordered by kind, and within a kind by their creation. An object is what
// the attributes of its resource say; key and generation are what its id was issued for. Counts hold the keys whose
// last object is gone, so that no id is ever issued twice. Equal stores give equal exports, byte for byte.
func (c *Cloud) Export(ctx context.Context, w io.Writer) (objects int, err error) {
	var documents []store.Document
	var counts []store.Generation
	err = c.store.View(ctx, func(r store.Reader) error {
		var err error
		if documents, err = r.List(ctx, store.Query{}); err != nil {
			return err
		}
		counts, err = r.Generations(ctx)
		return err
	})
	if err != nil {
		return 0, err
	}
	var b bytes.Buffer
	if err := writeExport(&b, documents, counts); err != nil {
		return 0, err
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return 0, fmt.Errorf("write the export: %w", err)
	}
	return len(documents), nil
}

// writeExport writes documents, which are in the order of their creation, and counts.
func writeExport(b *bytes.Buffer, documents []store.Document, counts []store.Generation) error {
	slices.SortStableFunc(documents, func(a, b store.Document) int { return cmp.Compare(a.Kind, b.Kind) })
	records := make([]any, len(documents))
	for i, d := range documents {
		records[i] = record{d.Kind, d.Key, d.Generation, d.CreatedAt, d.UpdatedAt, d.Body}
	}
	fmt.Fprintf(b, "{\n  \"format\": %q,\n  \"version\": %d,\n  \"objects\": ", exportFormat, exportVersion)
	if err := writeLines(b, records); err != nil {
		return err
	}
	b.WriteString(",\n  \"counts\": ")
	if err := writeLines(b, tallies(documents, counts)); err != nil {
		return err
	}
	b.WriteString("\n}\n")
	return nil
}

// tallies are the counts that cannot be told from the documents, by kind and key.
func tallies(documents []store.Document, counts []store.Generation) []any {
	told := toldCounts(documents)
	slices.SortFunc(counts, func(a, b store.Generation) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	var out []any
	for _, g := range counts {
		if told[counted{g.Kind, g.Key}] != g.Count {
			out = append(out, tally(g))
		}
	}
	return out
}

// counted is what generations are counted by.
type counted struct{ kind, key string }

// toldCounts are the counts by which the documents were the last ones to be created.
func toldCounts(documents []store.Document) map[counted]int64 {
	told := map[counted]int64{}
	for _, d := range documents {
		at := counted{d.Kind, d.Key}
		told[at] = max(told[at], d.Generation+1)
	}
	return told
}

// writeLines writes a list with one item a line.
func writeLines(b *bytes.Buffer, items []any) error {
	if len(items) == 0 {
		b.WriteString("[]")
		return nil
	}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	for i, item := range items {
		b.WriteString([]string{"[\n    ", "    "}[min(i, 1)])
		if err := encoder.Encode(item); err != nil {
			return fmt.Errorf("write the export: %w", err)
		}
		b.Truncate(b.Len() - 1) // The encoder ends a line.
		b.WriteString([]string{",\n", "\n"}[(i+1)/len(items)])
	}
	b.WriteString("  ]")
	return nil
}
