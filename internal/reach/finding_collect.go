package reach

import (
	"slices"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// findingList collects findings. One finding is one cause: found again, it is kept once with all the traffic it is about.
type findingList struct {
	findings []Finding
	// position finds a finding by what it is about, as soon as there are more than a few.
	position map[findingKey]int
}

// findingKey is the identity of a finding: those with equal keys are one cause.
type findingKey struct {
	code     string
	severity Severity
	leg      string
	side     Side
	id       string
	target   string
	rule     *RuleRef
	// with is the rule of the counterpart, or else its id.
	with   *RuleRef
	withID string
}

func (f *Finding) key() findingKey {
	k := findingKey{f.Code, f.Severity, f.Leg, f.Side, f.ID, f.Target, f.Rule, nil, ""}
	if f.With != nil {
		if k.with = f.With.Rule; k.with == nil {
			k.withID = f.With.ID
		}
	}
	return k
}

// few is how many findings are compared one by one.
const few = 16

// add adds a finding, or its traffic to that of an equal one.
func (l *findingList) add(f *Finding) {
	key := f.key()
	if i, ok := l.find(key); ok {
		g := &l.findings[i]
		g.Affected, g.Contrast = g.Affected.Union(f.Affected), g.Contrast.Union(f.Contrast)
		switch {
		case f.foundAt == nil:
		case g.foundAt == nil:
			g.foundAt = &foundAt{arriving: f.foundAt.arriving}
		default:
			g.foundAt.arriving = g.foundAt.arriving.Union(f.foundAt.arriving)
		}
		return
	}
	if l.position != nil {
		l.position[key] = len(l.findings)
	}
	l.findings = append(l.findings, *f)
}

// find is the position of the finding with a key.
func (l *findingList) find(key findingKey) (int, bool) {
	if len(l.findings) <= few {
		i := slices.IndexFunc(l.findings, func(f Finding) bool { return f.Code == key.code && f.key() == key })
		return i, i >= 0
	}
	if l.position == nil {
		l.position = make(map[findingKey]int, 2*len(l.findings))
		for i := range l.findings {
			l.position[l.findings[i].key()] = i
		}
	}
	i, ok := l.position[key]
	return i, ok
}

// A finding is large and their number is not known before: the next evaluation reuses the memory of an earlier one.
var findingLists = sync.Pool{New: func() any { return &findingList{findings: make([]Finding, 0, few)} }}

// take returns the findings, and gives the list back to the pool.
func (l *findingList) take() []Finding {
	out := slices.Clone(l.findings)
	clear(l.findings)
	l.findings, l.position = l.findings[:0], nil
	findingLists.Put(l)
	return out
}

// collect collects a finding about some of the asked traffic, with the headers it was sent with.
func (e *evaluation) collect(f Finding, sent traffic.Set) {
	if f.Leg == "" {
		f.Leg = Forward
	}
	f.Affected, f.Contrast = e.relevant(sent), e.relevant(f.Contrast)
	if f.Affected.IsEmpty() && !sent.IsEmpty() {
		return
	}
	if e.findings == nil {
		e.findings = findingLists.Get().(*findingList) //nolint:forcetypeassert // The pool makes nothing else.
	}
	e.findings.add(&f)
}

// collect collects a finding of the stage that is explaining, about traffic as it arrives there.
func (f *flow) collect(finding Finding, arriving traffic.Set) {
	if f.source.owner != nil || f.destination.owner != nil {
		owner, _ := f.endpoints(finding.Side)
		finding.foundAt = &foundAt{owner: owner}
	}
	if f.rewritten {
		if finding.foundAt == nil {
			finding.foundAt = &foundAt{}
		}
		finding.foundAt.arriving = arriving
		finding.Contrast = f.asSent(f.explaining, finding.Contrast)
	}
	f.evaluation.collect(finding, f.asSent(f.explaining, arriving))
}

// takeFindings returns what was collected.
func (e *evaluation) takeFindings() []Finding {
	if e.findings == nil {
		return nil
	}
	out := e.findings.take()
	e.findings = nil
	return out
}
