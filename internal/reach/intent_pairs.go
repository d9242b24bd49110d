package reach

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func compareText(a, b string) int { return strings.Compare(a, b) }

// intentPairs compares the cells of a matrix with an intent.
type intentPairs struct {
	intent *Intent
	family *familyIntent
	matrix *Matrix
	// from and to are the members of each class that the intent is about, on either side.
	from, to [][]Member
}

func (c *intentPairs) prepare() {
	classOf := map[string]int{}
	for i, class := range c.matrix.Classes() {
		for _, m := range class.Members {
			classOf[m.key()] = i
		}
	}
	n := len(c.matrix.Classes())
	c.from, c.to = make([][]Member, n), make([][]Member, n)
	for _, m := range c.family.from {
		i := classOf[m.key()]
		c.from[i] = append(c.from[i], m)
	}
	for _, m := range c.family.to {
		i := classOf[m.key()]
		c.to[i] = append(c.to[i], m)
	}
}

// pairs reports whether the intent is about any two different ends of these classes.
func (c *intentPairs) pairs(i, j int) bool {
	if len(c.from[i]) == 0 || len(c.to[j]) == 0 {
		return false
	}
	return i != j || len(c.from[i]) > 1 || len(c.to[j]) > 1 || c.from[i][0].key() != c.to[j][0].key()
}

// asked is the traffic the intent is about between two classes, restricted to the addresses of ends that have several.
func (c *intentPairs) asked(i, j int) traffic.Set {
	return c.family.asked.Intersect(c.matrix.space(i, j))
}

// pair is whether two classes do what the intent requires.
func (c *intentPairs) pair(i, j int) satisfaction {
	asked, cell := c.asked(i, j), c.matrix.Cell(i, j)
	if asked.IsEmpty() {
		return undecided // An end without addresses proves nothing.
	}
	if c.intent.Expect == MustReach {
		switch {
		case asked.SubsetOf(cell.Allowed) || missingTraffic(asked, cell.Allowed).IsEmpty():
			return satisfied
		case missingTraffic(asked, cell.Allowed.Union(cell.Unclear)).IsEmpty():
			return undecided
		}
		return violated
	}
	switch {
	case asked.Overlaps(cell.Allowed):
		return violated
	case asked.Overlaps(cell.Unclear):
		return undecided
	}
	return satisfied
}

// missingTraffic is the required traffic that a cell does not have. Like a question, an intent that something gets through is
// about connections from the ports that clients use.
func missingTraffic(asked, has traffic.Set) traffic.Set {
	return clientQuestion.relevant(asked.Subtract(has))
}

// decide applies the quantifiers: Every is as good as the worst pair, Some as good as the best.
func (c *intentPairs) decide() satisfaction {
	outer := newTally(c.intent.From.Quantifier)
	for i := range c.from {
		inner := newTally(c.intent.To.Quantifier)
		for j := range c.to {
			if c.pairs(i, j) {
				inner.add(c.pair(i, j))
			}
		}
		if inner.any {
			outer.add(inner.result)
		}
	}
	return outer.result
}

// quantifierTally combines results under a quantifier.
type quantifierTally struct {
	// some is set for the quantifier Some; any, once there is a result.
	some, any bool
	result    satisfaction
}

func newTally(q Quantifier) quantifierTally {
	if q == Some {
		return quantifierTally{some: true, result: violated}
	}
	return quantifierTally{result: satisfied}
}

func (t *quantifierTally) add(s satisfaction) {
	t.any = true
	if t.some {
		t.result = max(t.result, s)
	} else {
		t.result = min(t.result, s)
	}
}

// violations are the pairs that violate the intent, open those that cannot be decided.
func (c *intentPairs) violations() (violating, open []Change) {
	for i := range c.from {
		for j := range c.to {
			if !c.pairs(i, j) {
				continue
			}
			cell := c.matrix.Cell(i, j)
			change := Change{From: c.from[i], To: c.to[j]}
			if c.intent.Expect == MustReach {
				change.Traffic = missingTraffic(c.asked(i, j), cell.Allowed)
			} else {
				change.Traffic = c.asked(i, j).Intersect(cell.Allowed)
			}
			switch c.pair(i, j) {
			case violated:
				violating = append(violating, change)
			case undecided:
				open = append(open, change)
			case satisfied:
			}
		}
	}
	return violating, open
}
