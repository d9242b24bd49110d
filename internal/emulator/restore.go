package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// ErrNotEmpty says that a store holds objects which somebody may want to keep.
var ErrNotEmpty = errors.New("the store is not empty")

// Restoration says how to restore a store.
type Restoration struct {
	// Name is what the export is called in errors, such as the path of its file.
	Name string
	// Replace removes what is in the store first. Without it, a store that holds objects is ErrNotEmpty.
	Replace bool
	// Progress, if it is not nil, is told from time to time how many of the objects are written.
	Progress func(done, all int)
}

// Restore puts what Export wrote into the store: the same objects in the same order with the same ids, times and
// generations, so that an export of the store is the same document again. It does so as a whole or not at all.
// Errors about the document name its line.
func (c *Cloud) Restore(ctx context.Context, from io.Reader, o Restoration) (objects int, err error) {
	o.Progress = heard(o.Progress)
	e, err := readFrom(from, o.Name)
	if err != nil {
		return 0, err
	}
	err = c.store.Update(ctx, func(w store.Writer) error {
		present, err := w.Count(ctx, store.Query{})
		if err != nil {
			return err
		}
		if present > 0 && !o.Replace {
			return fmt.Errorf("%w: %s holds %s", ErrNotEmpty, c.Location(), number(present))
		}
		if _, err := empty(ctx, w, heard(nil)); err != nil {
			return err
		}
		return e.write(ctx, w, o.Progress)
	})
	return len(e.documents), err
}

// Equals reports whether the store holds exactly what an export says, so that restoring it would change nothing. The name
// is what the export is called in errors.
func (c *Cloud) Equals(ctx context.Context, from io.Reader, name string) (bool, error) {
	e, err := readFrom(from, name)
	if err != nil {
		return false, err
	}
	var want, got bytes.Buffer
	if err := writeExport(&want, e.documents, e.generations()); err != nil {
		return false, err
	}
	_, err = c.Export(ctx, &got)
	return bytes.Equal(want.Bytes(), got.Bytes()), err
}

func readFrom(from io.Reader, name string) (*export, error) {
	text, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return readExport(name, text)
}

func number(objects int) string {
	if objects == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", objects)
}

// heard is a function to tell progress to, whether anybody listens or not.
func heard(progress func(done, all int)) func(done, all int) {
	if progress == nil {
		return func(int, int) {}
	}
	return progress
}

// Reset removes everything from the store, and all memory of what was in it: ids are issued as in a new one. Progress,
// if it is not nil, is told from time to time how many of the objects are removed.
func (c *Cloud) Reset(ctx context.Context, progress func(done, all int)) (objects int, err error) {
	err = c.store.Update(ctx, func(w store.Writer) error {
		objects, err = empty(ctx, w, heard(progress))
		return err
	})
	return objects, err
}

// Size is the number of objects in the store, of all kinds and projects.
func (c *Cloud) Size(ctx context.Context) (objects int, err error) {
	err = c.store.View(ctx, func(r store.Reader) error {
		objects, err = r.Count(ctx, store.Query{})
		return err
	})
	return objects, err
}

func empty(ctx context.Context, w store.Writer, progress func(done, all int)) (objects int, err error) {
	documents, err := w.List(ctx, store.Query{})
	if err != nil {
		return 0, err
	}
	for i, d := range documents {
		if err := w.Delete(ctx, d.ID); err != nil {
			return 0, err
		}
		if i%progressStep == 0 {
			progress(i, len(documents))
		}
	}
	counts, err := w.Generations(ctx)
	if err != nil {
		return 0, err
	}
	for _, g := range counts {
		if err := w.SetGeneration(ctx, store.Generation{Kind: g.Kind, Key: g.Key}); err != nil {
			return 0, err
		}
	}
	return len(documents), nil
}

// progressStep is the number of objects after which progress is told.
const progressStep = 100

// write fills an empty store.
func (e *export) write(ctx context.Context, w store.Writer, progress func(done, all int)) error {
	counts := map[counted]int64{}
	for i, d := range e.documents {
		at := counted{d.Kind, d.Key}
		if d.Generation != counts[at] {
			if err := w.SetGeneration(ctx, store.Generation{Kind: d.Kind, Key: d.Key, Count: d.Generation}); err != nil {
				return err
			}
		}
		if err := w.Insert(ctx, d); err != nil {
			return err
		}
		counts[at] = d.Generation + 1
		if i%progressStep == 0 {
			progress(i, len(e.documents))
		}
	}
	for at, count := range e.counts {
		if counts[at] == count {
			continue
		}
		if err := w.SetGeneration(ctx, store.Generation{Kind: at.kind, Key: at.key, Count: count}); err != nil {
			return err
		}
	}
	progress(len(e.documents), len(e.documents))
	return e.check(ctx, w)
}

// check says which objects refer to what is not there, or lack what belongs to them.
func (e *export) check(ctx context.Context, r store.Reader) error {
	for i, d := range e.documents {
		o, err := fromDocument(d)
		if err != nil {
			return err
		}
		problems, err := checkReferences(ctx, stored{r}, o)
		if err != nil {
			return err
		}
		for _, ref := range o.References() {
			if ref.ID == d.ID {
				problems = append(problems, refuse(network.Invalid, ref.Path, "", "Reference to itself",
					"The %s cannot refer to itself.", o.Kind().Label()))
			}
		}
		if vpc, ok := o.(*network.VPC); ok {
			table := vpc.DefaultRouteTable()
			if _, err := r.Get(ctx, table.ID); errors.Is(err, store.ErrNotFound) {
				problems = append(problems, refuse(network.NotFound, network.At("default_route_table_id"), "",
					"VPC without its default route table", "There is no route table with id %s.", table.ID))
			} else if err != nil {
				return err
			}
		}
		if problems.Err() != nil {
			return e.faultAt(e.lines[i], "%s %s: %s", o.Kind().Label(), called(o), told(problems))
		}
	}
	return nil
}

// told are problems in one line.
func told(problems network.Problems) string {
	texts := make([]string, 0, len(problems))
	for _, p := range problems.Refusals() {
		where := ""
		if len(p.Path) > 0 {
			where = p.Path.String() + ": "
		}
		texts = append(texts, where+p.Detail)
	}
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), " ")
}
