package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var documentTests = map[string]func(*testing.T, NewDatabase){
	"Round trip":   testRoundTrip,
	"Times":        testTimes,
	"Odd names":    testOddNames,
	"Bodies":       testBodies,
	"Refusals":     testRefusals,
	"Generations":  testGenerations,
	"Counts set":   testSetGeneration,
	"Replace":      testReplace,
	"Delete":       testDelete,
	"References":   testReferences,
	"Never reused": testSequenceNeverReused,
}

func testRoundTrip(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	want := store.Document{
		Kind: "subnet", ID: "id", Project: "project", Key: "vpc/name", Session: "run", Body: []byte(`{"b": 1,  "a":[null, 1.50]}`),
		References: []store.Reference{{Field: "vpc_id", Target: "v"}, {Field: "acl_id", Target: "a"}},
		CreatedAt:  noon, UpdatedAt: noon.Add(time.Hour),
		// What the store assigns, it assigns whatever the caller says.
		Sequence: 4711, Revision: 4711,
	}
	l.insert(want)
	got := l.get("id")
	if got.Sequence == 4711 {
		t.Error("the caller's sequence was taken")
	}
	want.Sequence, want.Revision = got.Sequence, 1
	same(t, "Get", got, want)
	l.view(func(ctx context.Context, r store.Reader) error {
		list, err := r.List(ctx, store.Query{})
		same(t, "List", list, []store.Document{want})
		return err
	})
}

func testTimes(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	east := time.FixedZone("east", 5*3600)
	for i, c := range []struct{ given, want time.Time }{
		{time.Date(2026, 3, 1, 17, 0, 0, 999_999_999, east), noon},
		{time.Time{}, time.Time{}},
		{time.Date(1969, 12, 31, 23, 59, 58, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 58, 0, time.UTC)},
		{time.Date(9999, 12, 31, 23, 59, 59, 5, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
	} {
		d := document(fmt.Sprint(i))
		d.CreatedAt, d.UpdatedAt = c.given, c.given
		l.insert(d)
		got := l.get(d.ID)
		if got.CreatedAt != c.want || got.UpdatedAt != c.want {
			t.Errorf("%v came back as %v and %v, want %v", c.given, got.CreatedAt, got.UpdatedAt, c.want)
		}
	}
}

// oddNames are values that a careless store mixes up, cuts off, changes or takes for code.
var oddNames = []string{
	"", " ", "  ", "a", "A", "a ", "\x00", "a\x00", "a\x00b", "'", `"`, "`", "''", `\`, `\0`, `\x00`, `\\`, "%", "_", "?", "$1",
	":a", "@a", "--", "; DROP TABLE documents; --", "ä", "a\u0308", "日本", "\U0001f3d7", "\u202e", "\r\n\t", "\xff", "\xc3",
	"NULL", "null", "0", "-1", "1e3", "true", strings.Repeat("long", 500),
}

func testOddNames(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	for i, name := range oddNames {
		l.insert(store.Document{
			Kind: name, ID: "id" + name, Project: name, Key: name, Session: name, Body: []byte("{}"),
			References: []store.Reference{{Field: name, Target: name}},
		})
		d := l.get("id" + name)
		if d.Kind != name || d.Project != name || d.Key != name || d.Session != name ||
			len(d.References) != 1 || d.References[0] != (store.Reference{Field: name, Target: name}) {
			t.Errorf("%q came back as %+v", name, d)
		}
		same(t, "generation", l.generation(name, name), int64(1))
		if name == "" {
			continue // The zero value of a query does not restrict.
		}
		for _, q := range []store.Query{
			{Kind: name},
			{Project: name},
			{Key: name},
			{Target: name},
			{Target: name, Field: name},
			{Kind: name, Project: name, Key: name, Target: name, Field: name},
		} {
			same(t, fmt.Sprintf("%+v", q), l.ids(q), []string{"id" + name})
			same(t, fmt.Sprintf("count %+v", q), l.count(q), 1)
		}
		same(t, "after", l.ids(store.Query{After: "id" + name}), nil)
		same(t, "all", l.count(store.Query{}), i+1)
	}
	for _, name := range oddNames {
		l.update(func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, "id"+name) })
	}
	same(t, "left", l.ids(store.Query{}), nil)
}

func testBodies(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	text, err := json.Marshal(strings.Repeat("ä\x00\"\\ \u2028", 400_000))
	if err != nil {
		t.Fatal(err)
	}
	for id, body := range map[string][]byte{
		"spaces": []byte(" { \"b\" : 1 ,\n\t\"a\":2, \"a\": 3 } \n"),
		"number": []byte("1.0e400"),
		"null":   []byte("null"),
		"big":    text,
	} {
		d := document(id)
		d.Body = bytes.Clone(body)
		l.insert(d)
		if got := l.get(id).Body; !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes came back as %d others", id, len(body), len(got))
		}
	}
}

func testRefusals(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	ctx := t.Context()
	l.insert(document("a"))
	before := l.get("a")
	for _, c := range []struct {
		name  string
		write func(store.Writer) error
		want  error
	}{
		{"insert an id again", func(w store.Writer) error {
			d := document("a")
			d.Key = "other"
			return w.Insert(ctx, d)
		}, store.ErrExists},
		{"insert an id again under another kind", func(w store.Writer) error {
			d := document("a")
			d.Kind = "subnet"
			return w.Insert(ctx, d)
		}, store.ErrExists},
		{"insert an old generation", func(w store.Writer) error {
			d := document("b")
			d.Key = "a"
			return w.Insert(ctx, d)
		}, store.ErrGeneration},
		{"insert a coming generation", func(w store.Writer) error {
			d := document("b")
			d.Generation = 1
			return w.Insert(ctx, d)
		}, store.ErrGeneration},
		{"insert a negative generation", func(w store.Writer) error {
			d := document("b")
			d.Generation = -1
			return w.Insert(ctx, d)
		}, store.ErrGeneration},
		{"replace nothing", func(w store.Writer) error { return w.Replace(ctx, document("b")) }, store.ErrNotFound},
		{"delete nothing", func(w store.Writer) error { return w.Delete(ctx, "b") }, store.ErrNotFound},
		{"get nothing", func(w store.Writer) error {
			_, err := w.Get(ctx, "b")
			return err
		}, store.ErrNotFound},
	} {
		if err := l.Update(ctx, c.write); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		// A refusal is an answer: the transaction goes on, and what it does otherwise is kept.
		id := "beside " + c.name
		l.update(func(ctx context.Context, w store.Writer) error {
			if err := c.write(w); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			return w.Insert(ctx, document(id))
		})
		l.get(id)
		l.update(func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, id) })
	}
	same(t, "the document", l.get("a"), before)
	same(t, "ids", l.ids(store.Query{}), []string{"a"})
	for _, key := range []string{"b", "other"} {
		same(t, "generation of "+key, l.generation("vpc", key), int64(0))
	}
	same(t, "generation of the kind", l.generation("subnet", "a"), int64(0))
	if err := l.View(ctx, func(r store.Reader) error {
		_, err := r.Get(ctx, "b")
		return err
	}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get in a View: %v", err)
	}
}

func testGenerations(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	for generation := range int64(3) {
		same(t, "generation", l.generation("vpc", "key"), generation)
		d := document(fmt.Sprint("d", generation))
		d.Key, d.Generation = "key", generation
		l.insert(d)
		same(t, "generation of the document", l.get(d.ID).Generation, generation)
		if generation > 0 {
			l.update(func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, d.ID) })
		}
	}
	same(t, "generation after deletions", l.generation("vpc", "key"), int64(3))
	same(t, "generation of another kind", l.generation("subnet", "key"), int64(0))
	same(t, "generation of another key", l.generation("vpc", "Key"), int64(0))
	same(t, "documents of the key", l.ids(store.Query{Key: "key"}), []string{"d0"})

	// Replacing is no creation, and an id that has been deleted may come again.
	d := document("d1")
	d.Key, d.Generation = "key", 3
	l.update(func(ctx context.Context, w store.Writer) error {
		if err := w.Insert(ctx, d); err != nil {
			return err
		}
		return w.Replace(ctx, d)
	})
	same(t, "generation at last", l.generation("vpc", "key"), int64(4))
}

func testReplace(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("first"), document("a", "x", "y"), document("last"))
	want := l.get("a")
	for revision := int64(2); revision < 5; revision++ {
		d := store.Document{
			ID: "a", Project: fmt.Sprint("p", revision), Body: fmt.Appendf(nil, "%d", revision),
			References: []store.Reference{{Field: "f", Target: fmt.Sprint("t", revision)}},
			UpdatedAt:  noon.Add(time.Duration(revision) * time.Minute),
			// What Replace does not write.
			Kind: "other", Key: "other", Generation: 99, Sequence: 99, Revision: 99, CreatedAt: noon.Add(time.Hour),
		}
		l.update(func(ctx context.Context, w store.Writer) error { return w.Replace(ctx, d) })
		want.Project, want.Body, want.References, want.UpdatedAt = d.Project, d.Body, d.References, d.UpdatedAt
		want.Revision = revision
		same(t, "the document", l.get("a"), want)
	}
	same(t, "order", l.ids(store.Query{}), []string{"first", "a", "last"})
	same(t, "references that are gone", l.ids(store.Query{Target: "x"}), nil)
	same(t, "generation", l.generation("other", "other"), int64(0))
}

func testDelete(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("a", "x"), document("b", "a"), document("c", "x"))
	l.update(func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, "a") })
	same(t, "all", l.ids(store.Query{}), []string{"b", "c"})
	same(t, "references of the deleted", l.ids(store.Query{Target: "x"}), []string{"c"})
	same(t, "references to the deleted", l.ids(store.Query{Target: "a"}), []string{"b"})
	same(t, "after the deleted", l.ids(store.Query{After: "a"}), nil)
}

func testReferences(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	references := []store.Reference{
		{Field: "z", Target: "t"},
		{Field: "a", Target: "t"},
		{Field: "z", Target: "s"},
		{Field: "z", Target: "t"},
		{Field: "", Target: ""},
	}
	for i := range 300 {
		references = append(references, store.Reference{Field: "subnet_ids", Target: fmt.Sprint(300 - i)})
	}
	d := document("a")
	d.References = references
	l.insert(d)
	same(t, "references", l.get("a").References, references)
	same(t, "a document that refers twice is one", l.ids(store.Query{Target: "t", Field: "z"}), []string{"a"})
	same(t, "count", l.count(store.Query{Target: "t"}), 1)
	same(t, "another field", l.ids(store.Query{Target: "t", Field: "subnet_ids"}), nil)

	d.References = []store.Reference{references[1]}
	l.update(func(ctx context.Context, w store.Writer) error { return w.Replace(ctx, d) })
	same(t, "fewer references", l.get("a").References, d.References)
	d.References = nil
	l.update(func(ctx context.Context, w store.Writer) error { return w.Replace(ctx, d) })
	same(t, "no references", l.get("a").References, nil)
}

func testSequenceNeverReused(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	var last int64
	for i := range 4 {
		d := document("d")
		d.Generation = int64(i)
		l.insert(d)
		sequence := l.get("d").Sequence
		if sequence <= last {
			t.Errorf("sequence %d after %d", sequence, last)
		}
		last = sequence
		l.update(func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, "d") })
	}
}
