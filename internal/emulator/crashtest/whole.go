package crashtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var errHalf = errors.New("half an object")

// Whole checks that every reference leads to a document, that nothing is missing of what belongs to an object, and that
// generations count.
func Whole(ctx context.Context, s store.Store) error {
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

// Sound lets SQLite examine its file. The caller has the driver "sqlite".
func Sound(ctx context.Context, path string) (err error) {
	// A provider whose Terraform was killed may be on its way out, and hold the file for a moment.
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(30000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("integrity check: %s, %w", verdict, err)
	}
	var orphans int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&orphans)
	if err == nil && orphans > 0 {
		err = fmt.Errorf("%d rows refer to nothing", orphans)
	}
	return err
}

// Event says that a change of an object has begun or, if it is done, was acknowledged. The state of what is not there is
// empty.
type Event struct {
	Done        bool
	Name, State string
}

// Compare compares what is seen with what was known before and the events since. An object whose change had begun and
// was not acknowledged is as before, or as changed, and nothing else.
func Compare(known, seen map[string]string, events []Event) error {
	certain, possible := maps.Clone(known), map[string]string{}
	for _, e := range events {
		if e.Done {
			certain[e.Name] = e.State
			delete(possible, e.Name)
		} else {
			possible[e.Name] = e.State
		}
	}
	names := map[string]bool{}
	for _, m := range []map[string]string{certain, seen, possible} {
		for name := range m {
			names[name] = true
		}
	}
	var wrong []error
	for name := range names {
		begun, open := possible[name]
		if seen[name] != certain[name] && (!open || seen[name] != begun) {
			wrong = append(wrong, fmt.Errorf("%s is %q; acknowledged is %q, begun %q (%v)", name, seen[name], certain[name], begun, open))
		}
	}
	return errors.Join(wrong...)
}
