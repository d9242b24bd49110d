package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// rows works out the cells between kinds, one row after the other.
type rows struct {
	*crossing
	// arriving are the factors of each list of groups for incoming traffic, by the other end's kind; guestsIn and
	// guestsOut those of each guest, nil for none.
	arriving, guestsIn, guestsOut [][]uint32
	// leaving is the factor of the current row's list.
	leaving []uint32
	// The factors of the current row's kind as the other end, gathered side by side.
	atList, atGuest, atBorder []uint32
}

func (c *crossing) newRows() *rows {
	r := &rows{
		crossing: c, atList: make([]uint32, len(c.lists)), atGuest: make([]uint32, len(c.guests)),
		atBorder: make([]uint32, len(c.borders)),
	}
	for _, groups := range c.lists {
		r.arriving = append(r.arriving, c.groupFactor(groups, network.Ingress))
	}
	for _, g := range c.guests {
		var in, out []uint32
		if g != nil {
			in, out = c.guestFactor(g, network.Ingress), c.guestFactor(g, network.Egress)
		}
		r.guestsIn, r.guestsOut = append(r.guestsIn, in), append(r.guestsOut, out)
	}
	return r
}

// row fills in what kind i sends to every kind.
func (r *rows) row(i int, out []uint32) {
	if i == 0 || r.list[i] != r.list[i-1] {
		r.leaving = r.groupFactor(r.lists[r.list[i]], network.Egress)
	}
	for k, f := range r.arriving {
		r.atList[k] = f[i]
	}
	for k, f := range r.guestsIn {
		r.atGuest[k] = everything
		if f != nil {
			r.atGuest[k] = f[i]
		}
	}
	for k := range r.borders {
		b := &r.borders[k]
		r.atBorder[k] = b.in.outcomes[b.ownIn][b.in.peer.of[i]]
	}
	var acl []uint32
	var parts []int32
	if b := r.border[i]; b >= 0 {
		acl, parts = r.borders[b].out.outcomes[r.borders[b].ownOut], r.borders[b].out.peer.of
	}
	guest, roads := r.guestsOut[r.guest[i]], r.roads[r.site[i]]
	for j := range r.kinds {
		road := &roads[r.site[j]]
		if *road == roadUnset {
			*road = r.road(&r.sites[r.site[i]], &r.sites[r.site[j]])
		}
		if *road == roadStops {
			out[j] = nothing
			continue
		}
		if *road == roadAnonymous {
			out[j] = r.slow(r.kinds[i], r.kinds[j])
			continue
		}
		id := r.pool.and(r.leaving[j], r.atList[r.list[j]])
		if id != nothing && r.subnet[i] != r.subnet[j] {
			if acl != nil {
				id = r.pool.and(id, acl[parts[j]])
			}
			if b := r.border[j]; b >= 0 {
				id = r.pool.and(id, r.atBorder[b])
			}
		}
		if guest != nil {
			id = r.pool.and(id, guest[j])
		}
		id = r.pool.and(id, r.atGuest[r.guest[j]])
		if *road == roadUnclear {
			id = r.pool.doubt(id)
		}
		out[j] = id
	}
}

func (c *crossing) road(from, to *site) roadKind {
	r := roads{w: c.w, family: c.family, from: from.place, to: to.place, strict: c.strict}
	got := r.road(from.subnet, to.subnet, from.address, to.address)
	switch {
	case got.anonymous:
		return roadAnonymous
	case got.outcome == stops:
		return roadStops
	case got.outcome == unclear:
		return roadUnclear
	}
	return roadOpen
}

// slow decides one pair of ends as a question about all traffic.
func (c *crossing) slow(a, b *kind) uint32 {
	q := Question{Protocol: traffic.AnyProtocol, Family: c.family, Strict: c.strict}
	k := &walk{
		w: c.w, q: &q, from: a.place, to: b.place, quick: true,
		roads: roads{w: c.w, family: c.family, from: a.place, to: b.place, strict: c.strict},
	}
	if a.place.outside && b.place.outside || a.place.addresses.IsEmpty() || b.place.addresses.IsEmpty() {
		return nothing
	}
	k.asked = q.asked(c.family, a.place, b.place)
	k.run()
	k.conclude()
	strip := func(s traffic.Set) traffic.Set {
		if a.place.instance != nil {
			s = s.FromAnywhere()
		}
		if b.place.instance != nil {
			s = s.ToAnywhere()
		}
		return s
	}
	return c.pool.put(bounds{strip(k.total.sure), strip(k.total.possible)})
}

// matrix evaluates every pair of kinds and joins the kinds that fare alike.
func (c *crossing) matrix() *Matrix {
	n := len(c.kinds)
	all := slices.Concat(c.kinds, c.others)
	sums, columns := make([]uint64, len(all)), make([]uint64, len(all))
	cells := make([][]uint32, len(all))
	rows := c.newRows()
	for i := range all {
		cells[i] = make([]uint32, len(all))
		if i < n {
			rows.row(i, cells[i])
		}
		for j := range all {
			if (i >= n || j >= n) && i != j {
				cells[i][j] = c.slow(all[i], all[j])
			}
			sums[i] += scatter(cells[i][j], j)
			columns[j] += scatter(cells[i][j], i)
		}
	}
	return c.join(all, cells, sums, columns)
}

// join makes one class of the kinds with equal rows and columns.
func (c *crossing) join(all []*kind, cells [][]uint32, sums, columns []uint64) *Matrix {
	m := &Matrix{family: c.family, pool: c.pool}
	var chosen []int
	classOf := map[[2]uint64]int{}
	for i, k := range all {
		key := [2]uint64{sums[i], columns[i]}
		class, ok := classOf[key]
		if !ok || i >= len(c.kinds) {
			class = len(m.classes)
			classOf[key] = class
			m.classes = append(m.classes, Class{})
			m.places = append(m.places, k.place)
			chosen = append(chosen, i)
		} else {
			cells[i] = nil
		}
		m.classes[class].Members = append(m.classes[class].Members, k.members...)
	}
	for _, i := range chosen {
		// In place: a matrix of many classes is large.
		row := cells[i]
		for j, at := range chosen {
			row[j] = row[at]
		}
		m.cells = append(m.cells, row[:len(chosen)])
	}
	for i := range m.classes {
		slices.SortFunc(m.classes[i].Members, func(a, b Member) int { return compareText(a.ID, b.ID) })
	}
	return m
}

// scatter makes a number of an outcome at a position; sums of these tell rows apart.
func scatter(id uint32, at int) uint64 {
	x := uint64(id)<<32 | uint64(uint32(at))
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
