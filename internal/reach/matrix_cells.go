package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// rowBuilder works out the cells between kinds, one row after the other.
type rowBuilder struct {
	*matrixBuilder
	// arriving are the factors of each list of groups for incoming traffic, by the other end's kind; guestsIn and
	// guestsOut those of each guest, nil for none.
	arriving, guestsIn, guestsOut [][]uint32
	// leaving is the factor of the current row's list.
	leaving []uint32
	// The factors of the current row's kind as the other end, gathered side by side.
	atList, atGuest, atBorder []uint32
}

func (b *matrixBuilder) newRowBuilder() *rowBuilder {
	r := &rowBuilder{
		matrixBuilder: b, atList: make([]uint32, len(b.groupLists)), atGuest: make([]uint32, len(b.guests)),
		atBorder: make([]uint32, len(b.aclClasses)),
	}
	for _, groups := range b.groupLists {
		r.arriving = append(r.arriving, b.securityGroupOutcomes(groups, network.Ingress))
	}
	for _, g := range b.guests {
		var in, out []uint32
		if g != nil {
			in, out = b.guestOutcomes(g, network.Ingress), b.guestOutcomes(g, network.Egress)
		}
		r.guestsIn, r.guestsOut = append(r.guestsIn, in), append(r.guestsOut, out)
	}
	return r
}

// row fills in what kind i sends to every kind.
func (r *rowBuilder) row(i int, out []uint32) {
	if i == 0 || r.groupList[i] != r.groupList[i-1] {
		r.leaving = r.securityGroupOutcomes(r.groupLists[r.groupList[i]], network.Egress)
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
	for k := range r.aclClasses {
		b := &r.aclClasses[k]
		r.atBorder[k] = b.ingress.outcomes[b.ownIngress][b.ingress.peer.of[i]]
	}
	var acl []uint32
	var parts []int32
	if b := r.acl[i]; b >= 0 {
		acl, parts = r.aclClasses[b].egress.outcomes[r.aclClasses[b].ownEgress], r.aclClasses[b].egress.peer.of
	}
	guest, roads := r.guestsOut[r.guest[i]], r.routes[r.routeClass[i]]
	for j := range r.classes {
		road := &roads[r.routeClass[j]]
		if *road == matrixRouteUnset {
			*road = r.route(&r.routeClasses[r.routeClass[i]], &r.routeClasses[r.routeClass[j]])
		}
		if *road == matrixRouteFails {
			out[j] = nothing
			continue
		}
		if *road == matrixRouteViaForwarder {
			out[j] = r.evaluateCell(r.classes[i], r.classes[j])
			continue
		}
		id := r.pool.intersect(r.leaving[j], r.atList[r.groupList[j]])
		if id != nothing && r.subnet[i] != r.subnet[j] {
			if acl != nil {
				id = r.pool.intersect(id, acl[parts[j]])
			}
			if b := r.acl[j]; b >= 0 {
				id = r.pool.intersect(id, r.atBorder[b])
			}
		}
		if guest != nil {
			id = r.pool.intersect(id, guest[j])
		}
		id = r.pool.intersect(id, r.atGuest[r.guest[j]])
		if *road == matrixRouteUnclear {
			id = r.pool.uncertain(id)
		}
		out[j] = id
	}
}

func (b *matrixBuilder) route(from, to *routeClass) matrixRoute {
	r := routing{model: b.model, family: b.family, from: from.endpoint, to: to.endpoint, strict: b.strict}
	got := r.verdict(from.subnet, to.subnet, from.address, to.address)
	switch {
	case got.viaForwarder:
		return matrixRouteViaForwarder
	case got.outcome == routeFails:
		return matrixRouteFails
	case got.outcome == routeUnclear:
		return matrixRouteUnclear
	}
	return matrixRoutePasses
}

// evaluateCell decides one pair of ends as a question about all traffic.
func (b *matrixBuilder) evaluateCell(from, to *endpointClass) uint32 {
	q := Question{Protocol: traffic.AnyProtocol, Family: b.family, Strict: b.strict}
	k := &evaluation{
		model: b.model, question: &q, from: from.endpoint, to: to.endpoint, quick: true,
		routing: routing{model: b.model, family: b.family, from: from.endpoint, to: to.endpoint, strict: b.strict},
	}
	if from.endpoint.external && to.endpoint.external || from.endpoint.addresses.IsEmpty() || to.endpoint.addresses.IsEmpty() {
		return nothing
	}
	k.asked = q.asked(b.family, from.endpoint, to.endpoint)
	k.run()
	k.takeFindings()
	strip := func(s traffic.Set) traffic.Set {
		if from.endpoint.instance != nil {
			s = s.FromAnywhere()
		}
		if to.endpoint.instance != nil {
			s = s.ToAnywhere()
		}
		return s
	}
	return b.pool.put(bounds{strip(k.total.sure), strip(k.total.possible)})
}

// matrix evaluates every pair of kinds and joins the kinds that fare alike.
func (b *matrixBuilder) matrix() *Matrix {
	n := len(b.classes)
	all := slices.Concat(b.classes, b.external)
	sums, columns := make([]uint64, len(all)), make([]uint64, len(all))
	cells := make([][]uint32, len(all))
	rows := b.newRowBuilder()
	for i := range all {
		cells[i] = make([]uint32, len(all))
		if i < n {
			rows.row(i, cells[i])
		}
		for j := range all {
			if (i >= n || j >= n) && i != j {
				cells[i][j] = b.evaluateCell(all[i], all[j])
			}
			sums[i] += mixedHash(cells[i][j], j)
			columns[j] += mixedHash(cells[i][j], i)
		}
	}
	return b.joinClasses(all, cells, sums, columns)
}

// joinClasses makes one class of the kinds with equal rows and columns.
func (b *matrixBuilder) joinClasses(all []*endpointClass, cells [][]uint32, sums, columns []uint64) *Matrix {
	m := &Matrix{family: b.family, pool: b.pool}
	var chosen []int
	classOf := map[[2]uint64]int{}
	for i, k := range all {
		key := [2]uint64{sums[i], columns[i]}
		class, ok := classOf[key]
		if !ok || i >= len(b.classes) {
			class = len(m.classes)
			classOf[key] = class
			m.classes = append(m.classes, Class{})
			m.endpoints = append(m.endpoints, k.endpoint)
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

// mixedHash makes a number of an outcome at a position; sums of these tell rows apart.
func mixedHash(id uint32, at int) uint64 {
	x := uint64(id)<<32 | uint64(uint32(at))
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
