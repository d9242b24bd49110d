package reach

import (
	"slices"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// collect keeps a finding once and adds to it the traffic it is about.
func (e *evaluation) collect(f Finding, set traffic.Set) {
	if f.Leg == "" {
		f.Leg = Forward
	}
	f.Contrast = e.relevant(f.Contrast)
	about := e.relevant(set)
	if about.IsEmpty() && !set.IsEmpty() {
		return
	}
	set = about
	found := e.collected()
	for i := range found {
		g := &found[i]
		if g.Code == f.Code && g.Leg == f.Leg && g.Side == f.Side && g.ID == f.ID && g.Target == f.Target &&
			g.Severity == f.Severity && g.Rule == f.Rule && g.with() == f.with() {
			g.Affected, g.Contrast = g.Affected.Union(set), g.Contrast.Union(f.Contrast)
			return
		}
	}
	f.Affected = set
	if e.findings == nil {
		e.findings = findingBuffers.Get().(*findingBuffer) //nolint:forcetypeassert // The pool makes nothing else.
	}
	e.findings.findings = append(e.findings.findings, f)
}

// findingBuffer is where a walk collects its findings. A finding is large and their number is not known before, so that the
// room is used again by the next walk.
type findingBuffer struct{ findings []Finding }

var findingBuffers = sync.Pool{New: func() any { return &findingBuffer{make([]Finding, 0, 16)} }}

// collected is what a walk has found so far.
func (e *evaluation) collected() []Finding {
	if e.findings == nil {
		return nil
	}
	return e.findings.findings
}

// takeFindings returns the findings of a walk that is over, and its notebook to the others.
func (e *evaluation) takeFindings() []Finding {
	if e.findings == nil {
		return nil
	}
	out := slices.Clone(e.findings.findings)
	clear(e.findings.findings)
	e.findings.findings = e.findings.findings[:0]
	findingBuffers.Put(e.findings)
	e.findings = nil
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

// orderFindings puts the findings in the order of the way: what is between the ends, source, destination, host, the way
// back, then cautions. What explains a blocker comes after it.
func orderFindings(out []Finding) {
	slices.SortStableFunc(out, func(a, b Finding) int { return causeRank(&a) - causeRank(&b) })
	for i := range out {
		for j := range out {
			a, b := &out[i], &out[j]
			if b.Code != a.Code && b.Layer == a.Layer && b.ID == a.ID && b.Side == a.Side && !slices.Contains(a.Related, b.Code) {
				a.Related = append(a.Related, b.Code)
			}
		}
	}
}

func causeRank(f *Finding) int {
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
