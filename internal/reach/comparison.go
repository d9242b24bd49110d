package reach

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func compareText(a, b string) int { return strings.Compare(a, b) }

// comparison measures a matrix by a demand.
type comparison struct {
	intent *Intent
	demand *demand
	matrix *Matrix
	// from and to are the members of each class that the demand is about on either side.
	from, to [][]Member
}

func (c *comparison) prepare() {
	classOf := map[string]int{}
	for i, class := range c.matrix.Classes() {
		for _, m := range class.Members {
			classOf[m.key()] = i
		}
	}
	n := len(c.matrix.Classes())
	c.from, c.to = make([][]Member, n), make([][]Member, n)
	for _, m := range c.demand.from {
		i := classOf[m.key()]
		c.from[i] = append(c.from[i], m)
	}
	for _, m := range c.demand.to {
		i := classOf[m.key()]
		c.to[i] = append(c.to[i], m)
	}
}

// pairs tells whether the demand is about any pair of two different ends of these classes.
func (c *comparison) pairs(i, j int) bool {
	if len(c.from[i]) == 0 || len(c.to[j]) == 0 {
		return false
	}
	return i != j || len(c.from[i]) > 1 || len(c.to[j]) > 1 || c.from[i][0].key() != c.to[j][0].key()
}

// asked is the demanded traffic between two classes, restricted to the addresses of ends that have several.
func (c *comparison) asked(i, j int) traffic.Set {
	return c.demand.asked.Intersect(c.matrix.space(i, j))
}

func (c *comparison) pair(i, j int) standing {
	asked, cell := c.asked(i, j), c.matrix.Cell(i, j)
	if asked.IsEmpty() {
		return undecided // An end without addresses proves nothing.
	}
	if c.intent.Expect == MustReach {
		switch {
		case asked.SubsetOf(cell.Allowed) || lacking(asked, cell.Allowed).IsEmpty():
			return satisfied
		case lacking(asked, cell.Allowed.Union(cell.Unclear)).IsEmpty():
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

// lacking is the demanded traffic that a cell does not have. Like a question, a demand that something gets through is
// about connections from the ports that clients use.
func lacking(asked, has traffic.Set) traffic.Set {
	return clients.concerned(asked.Subtract(has))
}

// decide applies the quantifiers: all is the worst standing, any the best.
func (c *comparison) decide() standing {
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

// tally is a quantifier at work.
type tally struct {
	some, any bool
	result    standing
}

func newTally(q Quantifier) tally {
	if q == Some {
		return tally{some: true, result: violated}
	}
	return tally{result: satisfied}
}

func (t *tally) add(s standing) {
	t.any = true
	if t.some {
		t.result = max(t.result, s)
	} else {
		t.result = min(t.result, s)
	}
}

// violations are the pairs that do not satisfy the demand, those that violate it first.
func (c *comparison) violations() []Change {
	var broken, open []Change
	for i := range c.from {
		for j := range c.to {
			if !c.pairs(i, j) {
				continue
			}
			cell := c.matrix.Cell(i, j)
			change := Change{From: c.from[i], To: c.to[j]}
			if c.intent.Expect == MustReach {
				change.Traffic = lacking(c.asked(i, j), cell.Allowed)
			} else {
				change.Traffic = c.asked(i, j).Intersect(cell.Allowed)
			}
			switch c.pair(i, j) {
			case violated:
				broken = append(broken, change)
			case undecided:
				open = append(open, change)
			case satisfied:
			}
		}
	}
	return append(broken, open...)
}
