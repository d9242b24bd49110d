package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// matrixStage is what stages of one kind do with the traffic between every two classes.
type matrixStage interface {
	// restrict takes from a row what the stages stop.
	restrict(r *matrixRow)
}

// matrixRow is what one class sends to every class: outcomes of the builder's pool by class.
type matrixRow struct {
	from     int
	outcomes []uint32
	// asked are the classes to which traffic is decided by a question, because a stage on the path has no cheaper method.
	asked []int
}

// ask has the traffic to a class decided by a question.
func (r *matrixRow) ask(to int) { r.asked = append(r.asked, to) }

// row fills in what one class sends to every class.
func (b *matrixBuilder) row(r *matrixRow, stages []matrixStage) {
	r.asked = r.asked[:0]
	for i := range b.classes {
		r.outcomes[i] = everything
	}
	for _, s := range stages {
		s.restrict(r)
	}
	for to := range b.classes {
		if len(b.model.uncertainBetween(b.classes[r.from].endpoint, b.classes[to].endpoint)) > 0 {
			r.ask(to)
		}
	}
	for _, to := range r.asked {
		r.outcomes[to] = b.ask(b.classes[r.from], b.classes[to])
	}
}

// ask decides one pair of classes by a question about all traffic. The addresses of instances are taken out of the outcome.
func (b *matrixBuilder) ask(from, to *endpointClass) uint32 {
	if from.endpoint.addresses.IsEmpty() || to.endpoint.addresses.IsEmpty() {
		return nothing
	}
	q := Question{Protocol: traffic.AnyProtocol, Family: b.family, Strict: b.strict}
	e, wrong := b.model.evaluationBetween(&q, b.family, from.endpoint, to.endpoint)
	if len(wrong) > 0 {
		return nothing
	}
	e.quick = true
	e.run()
	withoutInstances := func(s traffic.Set) traffic.Set {
		if e.from.instance != nil || from.endpoint.instance != nil {
			s = s.FromAnywhere()
		}
		if e.to.instance != nil || to.endpoint.instance != nil {
			s = s.ToAnywhere()
		}
		return s
	}
	return b.pool.put(bounds{withoutInstances(e.passing.sure), withoutInstances(e.passing.possible)})
}

// matrix evaluates every pair of classes and joins the classes with the same reachability.
func (b *matrixBuilder) matrix() *Matrix {
	n := len(b.classes)
	all := slices.Concat(b.classes, b.external)
	rows, columns := make([]uint64, len(all)), make([]uint64, len(all))
	cells := make([][]uint32, len(all))
	var stages []matrixStage
	for _, k := range stageKinds() {
		if s := k.matrix(b); s != nil {
			stages = append(stages, s)
		}
	}
	row := matrixRow{}
	for i := range all {
		cells[i] = make([]uint32, len(all))
		if i < n {
			row.from, row.outcomes = i, cells[i]
			b.row(&row, stages)
		}
		for j := range all {
			if (i >= n || j >= n) && i != j {
				cells[i][j] = b.ask(all[i], all[j])
			}
			rows[i] += mixedHash(cells[i][j], j)
			columns[j] += mixedHash(cells[i][j], i)
		}
	}
	return b.joinClasses(all, cells, rows, columns)
}

// joinClasses makes one class of those with equal rows and columns, which are given as hashes.
func (b *matrixBuilder) joinClasses(all []*endpointClass, cells [][]uint32, rows, columns []uint64) *Matrix {
	m := &Matrix{family: b.family, pool: b.pool}
	var chosen []int
	classOf := map[[2]uint64]int{}
	for i, c := range all {
		key := [2]uint64{rows[i], columns[i]}
		class, ok := classOf[key]
		if !ok || i >= len(b.classes) {
			class = len(m.classes)
			classOf[key] = class
			m.classes = append(m.classes, Class{})
			m.endpoints = append(m.endpoints, c.endpoint)
			chosen = append(chosen, i)
		} else {
			cells[i] = nil
		}
		m.classes[class].Members = append(m.classes[class].Members, c.members...)
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

// mixedHash is a hash of an outcome at a position. Rows and columns are compared by sums of them.
func mixedHash(id uint32, at int) uint64 {
	x := uint64(id)<<32 | uint64(uint32(at))
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
