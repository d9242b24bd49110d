package reach

import (
	"slices"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// note keeps a finding once and adds to it the traffic it is about.
func (k *walk) note(f Finding, set traffic.Set) {
	if f.Leg == "" {
		f.Leg = Forward
	}
	f.Contrast = k.concerned(f.Contrast)
	about := k.concerned(set)
	if about.IsEmpty() && !set.IsEmpty() {
		return
	}
	set = about
	found := k.found()
	for i := range found {
		g := &found[i]
		if g.Code == f.Code && g.Leg == f.Leg && g.Side == f.Side && g.ID == f.ID && g.Target == f.Target &&
			g.Severity == f.Severity && g.Rule == f.Rule && g.with() == f.with() {
			g.Affected, g.Contrast = g.Affected.Union(set), g.Contrast.Union(f.Contrast)
			return
		}
	}
	f.Affected = set
	if k.notes == nil {
		k.notes = notebooks.Get().(*notebook) //nolint:forcetypeassert // The pool makes nothing else.
	}
	k.notes.findings = append(k.notes.findings, f)
}

// notebook is where a walk collects its findings. A finding is large and their number is not known before, so that the
// room is used again by the next walk.
type notebook struct{ findings []Finding }

var notebooks = sync.Pool{New: func() any { return &notebook{make([]Finding, 0, 16)} }}

// found is what a walk has found so far.
func (k *walk) found() []Finding {
	if k.notes == nil {
		return nil
	}
	return k.notes.findings
}

// conclude returns the findings of a walk that is over, and its notebook to the others.
func (k *walk) conclude() []Finding {
	if k.notes == nil {
		return nil
	}
	out := slices.Clone(k.notes.findings)
	clear(k.notes.findings)
	k.notes.findings = k.notes.findings[:0]
	notebooks.Put(k.notes)
	k.notes = nil
	return out
}

// with is what tells a finding's second object from others.
func (f *Finding) with() any {
	switch {
	case f.With == nil:
		return nil
	case f.With.Rule != nil:
		return f.With.Rule
	}
	return f.With.ID
}

// order puts the findings in the order of the way: what is between the ends, source, destination, host, the way
// back, then cautions. What explains a blocker comes after it.
func order(out []Finding) {
	slices.SortStableFunc(out, func(a, b Finding) int { return rank(&a) - rank(&b) })
	for i := range out {
		for j := range out {
			a, b := &out[i], &out[j]
			if b.Code != a.Code && b.Layer == a.Layer && b.ID == a.ID && b.Side == a.Side && !slices.Contains(a.Related, b.Code) {
				a.Related = append(a.Related, b.Code)
			}
		}
	}
}

func rank(f *Finding) int {
	layer := 0
	switch f.Layer {
	case LayerQuestion:
	case LayerVPC:
		layer = 10
	case LayerRoute:
		layer = 20
	case LayerSG:
		layer = 30
	case LayerACL:
		layer = 40
	case LayerHost:
		layer = 50
	}
	if f.Side == AtDestination && layer > 20 {
		layer += 100
		if f.Layer == LayerACL {
			layer -= 20
		}
	}
	switch {
	case f.Severity == Warning:
		return layer + 2000
	case f.Severity == Info:
		return layer + 3000
	case f.Leg == Return:
		layer += 1000
	}
	if f.Severity != Blocker {
		layer++
	}
	return layer
}
