package storetest

import (
	"context"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var lifetimeTests = map[string]func(*testing.T, NewDatabase){
	"Opened again":        testOpenedAgain,
	"Never used":          testNeverUsed,
	"Closed":              testClosed,
	"Closed while in use": testClosedInUse,
	"Location":            testLocation,
}

func testOpenedAgain(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	var want []any
	for i := range 3 {
		s := open()
		l := lab{Store: s, t: t}
		if i == 0 {
			l.insert(document("a", "b"), document("b"))
			l.update(deleteID("b"))
			want = l.content()
		}
		same(t, "content", l.content(), want)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testNeverUsed(t *testing.T, newDatabase NewDatabase) {
	s := newDatabase(t)()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testClosed(t *testing.T, newDatabase NewDatabase) {
	s := newDatabase(t)()
	l := lab{Store: s, t: t}
	l.insert(document("a"))
	for range 3 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	ctx := t.Context()
	if err := s.Update(ctx, func(w store.Writer) error { return w.Delete(ctx, "a") }); err == nil {
		t.Error("Update after Close succeeded")
	}
	if err := s.View(ctx, func(store.Reader) error { return nil }); err == nil {
		t.Error("View after Close succeeded")
	}
}

func testClosedInUse(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	s := open()
	l := lab{Store: s, t: t}
	l.insert(document("a"))
	l.view(func(ctx context.Context, r store.Reader) error {
		l.update(func(ctx context.Context, w store.Writer) error {
			if err := w.Insert(ctx, document("b")); err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			return w.Insert(ctx, document("c"))
		})
		return second(r.Get(ctx, "a"))
	})
	same(t, "ids", closing(t, open()).ids(store.Query{}), []string{"a", "b", "c"})
}

func testLocation(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	before := l.Location()
	l.insert(document("a"))
	if before == "" || l.Location() != before {
		t.Errorf("Location is %q, and then %q", before, l.Location())
	}
}
