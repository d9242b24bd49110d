package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// outcomePool keeps each outcome of a matrix once and remembers the intersections of two of them, so that a cell is a number
// and most cells cost a look-up.
type outcomePool struct {
	list []bounds
	// index finds an outcome by its hash.
	index map[uint64][]uint32
	// recent remembers intersections by the hash of the pair; a newer one replaces an older one, which known still has.
	recent []intersection
	known  map[uint64]uint32
}

type intersection struct {
	pair   uint64
	result uint32
}

// The outcomes every pool has.
const (
	nothing    uint32 = 0
	everything uint32 = 1
	// anything is traffic that may all get through or not.
	anything uint32 = 2
)

const recentSize = 1 << 14

func newOutcomePool(f traffic.Family) *outcomePool {
	p := &outcomePool{index: map[uint64][]uint32{}, known: map[uint64]uint32{}, recent: make([]intersection, recentSize)}
	p.put(bounds{})
	p.put(certain(traffic.All(f)))
	p.put(bounds{possible: traffic.All(f)})
	return p
}

// put is the number of an outcome.
func (p *outcomePool) put(b bounds) uint32 {
	h := b.sure.Hash()*31 ^ b.possible.Hash()
	for _, i := range p.index[h] {
		if p.list[i].sure.Equal(b.sure) && p.list[i].possible.Equal(b.possible) {
			return i
		}
	}
	i := uint32(len(p.list))
	p.list = append(p.list, b)
	p.index[h] = append(p.index[h], i)
	return i
}

// intersect is what two outcomes both let through.
func (p *outcomePool) intersect(a, b uint32) uint32 {
	switch {
	case a == b || b == everything:
		return a
	case a == everything:
		return b
	case a == nothing || b == nothing:
		return nothing
	case a > b:
		a, b = b, a
	}
	pair := uint64(a)<<32 | uint64(b)
	slot := &p.recent[(pair*0x9e3779b97f4a7c15)>>(64-14)]
	if slot.pair == pair {
		return slot.result
	}
	result, ok := p.known[pair]
	if !ok {
		result = p.put(p.list[a].and(p.list[b]))
		p.known[pair] = result
	}
	*slot = intersection{pair, result}
	return result
}

// union is what either of two outcomes lets through.
func (p *outcomePool) union(a, b uint32) uint32 {
	x, y := p.list[a], p.list[b]
	return p.put(bounds{x.sure.Union(y.sure), x.possible.Union(y.possible)})
}

func (p *outcomePool) cell(id uint32) Cell {
	b := p.list[id]
	return Cell{Allowed: b.sure, Unclear: b.possible.Subtract(b.sure)}
}
