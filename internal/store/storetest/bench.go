package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// many is the size of the store that reading is measured on: a large lab.
const many = 10_000

// Bench measures what an apply, a plan and the REST API ask of a store.
func Bench(b *testing.B, newDatabase NewDatabase) {
	b.Helper()
	b.Run("Open", func(b *testing.B) { benchOpen(b, newDatabase) })
	b.Run("Insert", func(b *testing.B) { benchInsert(b, newDatabase) })
	b.Run("InsertParallel", func(b *testing.B) { benchInsertParallel(b, newDatabase) })
	b.Run("Replace", func(b *testing.B) { benchReplace(b, newDatabase) })

	s := newDatabase(b)()
	defer s.Close() //nolint:errcheck // What is measured has been checked.
	if err := fill(b.Context(), s, many); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		read func(ctx context.Context, r store.Reader, i int) error
	}{
		{"Get", func(ctx context.Context, r store.Reader, i int) error {
			_, err := r.Get(ctx, benchID(i*7919%many))
			return err
		}},
		{"Generation", func(ctx context.Context, r store.Reader, i int) error {
			_, err := r.Generation(ctx, "kind3", benchID(i*7919%many))
			return err
		}},
		{"ListReferring", func(ctx context.Context, r store.Reader, i int) error {
			_, err := r.List(ctx, store.Query{Kind: "kind3", Target: benchID(i * 7919 % many / 25), Field: "parent_id"})
			return err
		}},
		{"CountKind", func(ctx context.Context, r store.Reader, _ int) error {
			_, err := r.Count(ctx, store.Query{Kind: "kind3", Project: "project"})
			return err
		}},
		{"Page", func(ctx context.Context, r store.Reader, i int) error {
			_, err := r.List(ctx, store.Query{Kind: "kind3", After: benchID(i * 7919 % many), Limit: 100})
			return err
		}},
		{"Snapshot", func(ctx context.Context, r store.Reader, _ int) error {
			all, err := r.List(ctx, store.Query{})
			if len(all) != many {
				err = errors.Join(err, fmt.Errorf("%d documents", len(all)))
			}
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			ctx := b.Context()
			for i := 0; b.Loop(); i++ {
				if err := s.View(ctx, func(r store.Reader) error { return c.read(ctx, r, i) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchID(i int) string { return fmt.Sprintf("00000000-0000-5000-8000-%012d", i) }

// benchDocument is a document of the size and with the references of a security group rule.
func benchDocument(i int) store.Document {
	d := document(benchID(i))
	d.Kind = fmt.Sprint("kind", i%5)
	d.Body = fmt.Appendf(nil, `{"id":%q,"description":%q}`, d.ID, strings.Repeat("text ", 60))
	d.References = []store.Reference{
		{Field: "parent_id", Target: benchID(i / 25)},
		{Field: "peer_id", Target: benchID(i / 50)},
	}
	return d
}

func fill(ctx context.Context, s store.Store, count int) error {
	return s.Update(ctx, func(w store.Writer) error {
		for i := range count {
			if err := w.Insert(ctx, benchDocument(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// benchOpen opens a store that is there, reads one document and closes it, as each process of a plan does.
func benchOpen(b *testing.B, newDatabase NewDatabase) {
	b.Helper()
	open := newDatabase(b)
	s := open()
	ctx := b.Context()
	if err := errors.Join(fill(ctx, s, 100), s.Close()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s := open()
		err := s.View(ctx, func(r store.Reader) error { return second(r.Get(ctx, benchID(50))) })
		if err := errors.Join(err, s.Close()); err != nil {
			b.Fatal(err)
		}
	}
}

// benchInsert inserts one document in each transaction, as an apply does.
func benchInsert(b *testing.B, newDatabase NewDatabase) {
	b.Helper()
	s := newDatabase(b)()
	defer s.Close() //nolint:errcheck // What is measured has been checked.
	ctx := b.Context()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, benchDocument(i)) }); err != nil {
			b.Fatal(err)
		}
	}
}

// benchInsertParallel does so from ten goroutines, Terraform's default.
func benchInsertParallel(b *testing.B, newDatabase NewDatabase) {
	b.Helper()
	s := newDatabase(b)()
	defer s.Close() //nolint:errcheck // What is measured has been checked.
	ctx := b.Context()
	next := make(chan int, 1)
	next <- 0
	b.SetParallelism(10)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := <-next
			next <- i + 1
			if err := s.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, benchDocument(i)) }); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func benchReplace(b *testing.B, newDatabase NewDatabase) {
	b.Helper()
	s := newDatabase(b)()
	defer s.Close() //nolint:errcheck // What is measured has been checked.
	ctx := b.Context()
	if err := fill(ctx, s, 1000); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d := benchDocument(i % 1000)
		if err := s.Update(ctx, func(w store.Writer) error { return w.Replace(ctx, d) }); err != nil {
			b.Fatal(err)
		}
	}
}
