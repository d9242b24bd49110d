package crashtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// look reads a store, checks that it is whole, and returns the state of each object by name.
func (l *ledger) look(t *testing.T) map[string]string {
	t.Helper()
	ctx := t.Context()
	s, err := open.Store(l.location)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // What was read has been judged.
	if err := whole(ctx, s); err != nil {
		t.Error(err)
	}
	if !strings.Contains(l.location, "://") {
		sound(t, l.location)
	}
	n, err := emulator.New(s).Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			switch o := o.(type) {
			case *network.VPC, *network.Subnet, *network.NetworkACL:
				seen[o.Title()] = stateOf(o)
			case *network.SecurityGroup:
				if !o.IsDefault() {
					seen[o.Name] = stateOf(o)
				}
			case *network.SecurityGroupRule:
				group, ok := n.Object(o.SecurityGroupID).(*network.SecurityGroup)
				if !ok || !o.Set {
					continue
				}
				// The rules of a set change together, or not at all.
				name := strings.Replace(group.Name, "group", "rules", 1)
				if before, again := seen[name]; again && before != o.Description {
					t.Errorf("%s mixes %s and %s", name, before, o.Description)
				}
				seen[name] = o.Description
			}
		}
	}
	return seen
}

// whole checks that every reference leads to a document, that nothing is missing of what belongs to an object, and that
// generations count.
func whole(ctx context.Context, s store.Store) error {
	return s.View(ctx, func(r store.Reader) error {
		documents, err := r.List(ctx, store.Query{})
		if err != nil {
			return err
		}
		there := map[string]bool{}
		for _, d := range documents {
			there[d.ID] = true
		}
		var wrong []error
		for _, d := range documents {
			for _, reference := range d.References {
				if !there[reference.Target] {
					wrong = append(wrong, fmt.Errorf("%w: %s %s refers to %s, which is not there", errHalf, d.Kind, d.ID,
						reference.Target))
				}
			}
			generation, err := r.Generation(ctx, d.Kind, d.Key)
			if err != nil || d.Generation >= generation {
				wrong = append(wrong, fmt.Errorf("%s %s has generation %d of %d, %w", d.Kind, d.Key, d.Generation, generation, err))
			}
			if d.Kind == "counter" {
				continue // TestEightProcesses put it there, and it is no object of the cloud.
			}
			o, err := network.Decode(network.Kind(d.Kind), d.Body)
			if err != nil {
				wrong = append(wrong, err)
				continue
			}
			for _, implied := range network.Implied(o) {
				if !there[implied.Base().ID] {
					wrong = append(wrong, fmt.Errorf("%w: %s %s lacks its %s", errHalf, d.Kind, d.ID, implied.Kind()))
				}
			}
		}
		return errors.Join(wrong...)
	})
}

// sound lets SQLite examine its file.
func sound(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // It was only read.
	var verdict string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %s, %v", verdict, err)
	}
	var orphans int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_foreign_key_check").Scan(&orphans); err != nil ||
		orphans > 0 {
		t.Errorf("foreign keys: %d, %v", orphans, err)
	}
}
