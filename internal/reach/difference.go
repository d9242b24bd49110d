package reach

import (
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Change is traffic between two groups of ends: from every member of From to every other member of To.
type Change struct {
	From, To []Member
	Traffic  traffic.Set
}

// Difference is what a change of a network does to its reachability, as exact sets. Instances are matched by id, so one
// that is replaced loses everything under its old id and gains it under the new one.
type Difference struct {
	Gained, Lost []Change
}

// IsEmpty tells whether both networks let the same traffic through.
func (d Difference) IsEmpty() bool { return len(d.Gained) == 0 && len(d.Lost) == 0 }

// Compare finds the traffic that one of two networks lets through and the other does not, between every two instances
// and between instances and the Internet, in both address families. What cannot be decided counts as not let through.
func Compare(before, after *World) Difference {
	var d Difference
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		d.compare(before.Matrix(f), after.Matrix(f))
	}
	return d
}

// joint is ends that are in one class before and in one class after; -1 stands for not being there.
type joint struct {
	before, after int
	members       []Member
}

func (d *Difference) compare(before, after *Matrix) {
	groups := jointClasses(before, after)
	for i := range groups {
		for j := range groups {
			from, to := &groups[i], &groups[j]
			if i == j && len(from.members) < 2 {
				continue
			}
			var was, is traffic.Set
			if from.before >= 0 && to.before >= 0 {
				was = before.Cell(from.before, to.before).Allowed
			}
			if from.after >= 0 && to.after >= 0 {
				is = after.Cell(from.after, to.after).Allowed
			}
			if was.Equal(is) {
				continue
			}
			if gained := is.Subtract(was); !gained.IsEmpty() {
				d.Gained = append(d.Gained, Change{from.members, to.members, gained})
			}
			if lost := was.Subtract(is); !lost.IsEmpty() {
				d.Lost = append(d.Lost, Change{from.members, to.members, lost})
			}
		}
	}
}

func jointClasses(before, after *Matrix) []joint {
	was := map[string]int{}
	for i, c := range before.Classes() {
		for _, m := range c.Members {
			was[m.key()] = i
		}
	}
	var out []joint
	position := map[string]int{}
	put := func(b, a int, m Member) {
		key := strconv.Itoa(b) + "/" + strconv.Itoa(a)
		at, ok := position[key]
		if !ok {
			at = len(out)
			position[key] = at
			out = append(out, joint{before: b, after: a})
		}
		out[at].members = append(out[at].members, m)
	}
	stays := map[string]bool{}
	for i, c := range after.Classes() {
		for _, m := range c.Members {
			b, ok := was[m.key()]
			if !ok {
				b = -1
			}
			stays[m.key()] = true
			put(b, i, m)
		}
	}
	for i, c := range before.Classes() {
		for _, m := range c.Members {
			if !stays[m.key()] {
				put(i, -1, m)
			}
		}
	}
	return out
}
