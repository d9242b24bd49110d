package console

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// widest is how wide a row of unconnected parts of the network gets.
const widest = 1100

// arrange draws VPCs and their connections below a line. VPCs that are connected stand in columns: the best connected
// one first, its neighbours beside it, and theirs beside them, so that connections run between columns and never behind
// a box. The parts of the network stand beside and below each other, the largest first.
func (p *artist) arrange(vpcs []*network.VPC, top int) {
	links := p.links(vpcs)
	parts := layers(vpcs, links)
	slices.SortStableFunc(parts, func(a, b [][]*network.VPC) int { return cmp.Compare(size(b), size(a)) })
	x, y, rowHeight := margin, top, 0
	for _, part := range parts {
		width, height := p.measure(func() (int, int) { return p.part(part, links, x, y) })
		if x > margin && x+width > widest {
			x, y, rowHeight = margin, y+rowHeight+2*gap, 0
		}
		p.part(part, links, x, y)
		x, rowHeight = x+width+2*gap, max(rowHeight, height)
	}
}

func size(part [][]*network.VPC) (n int) {
	for _, layer := range part {
		n += len(layer)
	}
	return n
}

// measure draws something and takes it away again.
func (p *artist) measure(draw func() (width, height int)) (width, height int) {
	boxes, lines := len(p.d.Boxes), len(p.d.Lines)
	width, height = draw()
	p.d.Boxes, p.d.Lines = p.d.Boxes[:boxes], p.d.Lines[:lines]
	return width, height
}

// links are the peering connections among some VPCs.
func (p *artist) links(vpcs []*network.VPC) []*network.Peering {
	there := map[string]bool{}
	for _, v := range vpcs {
		there[v.ID] = true
	}
	return slices.DeleteFunc(sorted(p.lab, network.All[*network.Peering](p.net)), func(l *network.Peering) bool {
		return !there[l.VPCID] || !there[l.PeerVPCID] || l.VPCID == l.PeerVPCID
	})
}

// layers divides VPCs into connected parts, and each of them into layers by distance from its best connected VPC.
func layers(vpcs []*network.VPC, links []*network.Peering) [][][]*network.VPC {
	neighbours := map[string]map[string]bool{}
	for _, v := range vpcs {
		neighbours[v.ID] = map[string]bool{}
	}
	for _, l := range links {
		neighbours[l.VPCID][l.PeerVPCID], neighbours[l.PeerVPCID][l.VPCID] = true, true
	}
	byDegree := slices.Clone(vpcs)
	slices.SortStableFunc(byDegree, func(a, b *network.VPC) int { return len(neighbours[b.ID]) - len(neighbours[a.ID]) })
	var parts [][][]*network.VPC
	placed := map[string]bool{}
	for _, first := range byDegree {
		if placed[first.ID] {
			continue
		}
		placed[first.ID] = true
		part := [][]*network.VPC{{first}}
		for {
			var next []*network.VPC
			for _, v := range vpcs {
				near := slices.ContainsFunc(part[len(part)-1], func(u *network.VPC) bool { return neighbours[u.ID][v.ID] })
				if near && !placed[v.ID] {
					next = append(next, v)
					placed[v.ID] = true
				}
			}
			if len(next) == 0 {
				break
			}
			part = append(part, next)
		}
		parts = append(parts, part)
	}
	return parts
}

// part draws one connected part of the network at a place, and returns its size.
func (p *artist) part(part [][]*network.VPC, links []*network.Peering, x, y int) (width, height int) {
	layerOf := map[string]int{}
	for i, layer := range part {
		for _, v := range layer {
			layerOf[v.ID] = i
		}
	}
	right := x
	for i, layer := range part {
		bottom := y
		for _, v := range layer {
			w, h := p.vpc(v, x, bottom)
			right, bottom = max(right, x+w), bottom+h+gap
		}
		height = max(height, bottom-gap-y)
		arcs := 0
		for _, l := range links {
			if at, ok := layerOf[l.VPCID]; ok && at == i && layerOf[l.PeerVPCID] == i {
				arcs++
			}
		}
		x = right + gutter + min(arcs, 12)*arcStep
		if i == len(part)-1 && arcs > 0 {
			right = x
		}
	}
	p.connect(part, links, layerOf)
	return right - margin, height
}

// port is how far apart connections begin at a box.
const port = 18

// arcStep is how much further out each arc between VPCs of one column runs.
const arcStep = 16

// connect draws the connections of a part whose boxes stand.
func (p *artist) connect(part [][]*network.VPC, links []*network.Peering, layerOf map[string]int) {
	inPart := func(l *network.Peering) bool {
		_, ok := layerOf[l.VPCID]
		return ok
	}
	mine := slices.DeleteFunc(slices.Clone(links), func(l *network.Peering) bool { return !inPart(l) })
	// Ports are given out from top to bottom in the order of the far ends, so that lines of one box do not cross.
	slices.SortStableFunc(mine, func(a, b *network.Peering) int {
		return cmp.Or(cmp.Compare(p.lowest(a), p.lowest(b)), cmp.Compare(p.box(a.VPCID).Y+p.box(a.PeerVPCID).Y,
			p.box(b.VPCID).Y+p.box(b.PeerVPCID).Y))
	})
	left, right := map[string]int{}, map[string]int{}
	take := func(used map[string]int, b box) int {
		used[b.id]++
		return b.Y + min(24+(used[b.id]-1)*port, max(b.Height-10, 10))
	}
	arcs := make([]int, len(part))
	for _, l := range mine {
		a, b := p.box(l.VPCID), p.box(l.PeerVPCID)
		if layerOf[a.id] > layerOf[b.id] || layerOf[a.id] == layerOf[b.id] && a.Y > b.Y {
			a, b = b, a
		}
		drawn := line{Class: "link", Title: "peering connection " + l.Name, Href: href(l)}
		text := l.Name
		if l.Status != network.PeeringActive {
			drawn.Class, drawn.Title = "link dead", drawn.Title+" ("+string(l.Status)+")"
			text = string(l.Status) + ": " + text
		}
		drawn.Class += p.state(l.ID)
		x, y := a.X+a.Width, take(right, a)
		if layer := layerOf[a.id]; layer == layerOf[b.id] {
			bx, by := b.X+b.Width, take(right, b)
			arcs[layer]++
			out := max(x, bx) + 20 + min(arcs[layer], 12)*arcStep
			drawn.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y, out, y, out, by, bx, by)
			drawn.Label = words{(max(x, bx)+3*out)/4 + 4, (y+by)/2 + 4, "small", fit(text, gutter-40)}
		} else {
			bx, by := b.X, take(left, b)
			middle := bx - gutter/2
			drawn.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y, middle, y, middle, by, bx, by)
			drawn.Label = words{bx - 6, by - 5, "small end", fit(text, gutter-50)}
		}
		p.d.Lines = append(p.d.Lines, drawn)
	}
}

func (p *artist) box(id string) box { return p.d.Boxes[p.at[id]] }

func (p *artist) lowest(l *network.Peering) int { return max(p.box(l.VPCID).Y, p.box(l.PeerVPCID).Y) }

// way draws the asked traffic from end to end.
func (p *artist) way() {
	from, to := p.ends()
	i, ok := p.at[from]
	j, too := p.at[to]
	if !ok || !too || i == j {
		return
	}
	a, b := p.d.Boxes[i], p.d.Boxes[j]
	x, y, bx, by := a.X+a.Width, a.Y+a.Height/2, b.X, b.Y+b.Height/2
	c, d := (x+bx)/2, (x+bx)/2
	switch {
	case bx >= x+gap:
	case a.X >= b.X+b.Width+gap:
		x, bx = a.X, b.X+b.Width
		c, d = (x+bx)/2, (x+bx)/2
	default:
		// One stands above the other: the way runs along their right sides.
		bx = b.X + b.Width
		c = max(x, bx) + 4*gap
		d = c
	}
	p.d.Way = &line{
		Path: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y, c, y, d, by, bx, by), Class: "way " + string(p.answer.Verdict),
		Title: fmt.Sprintf("%s to %s: %s", p.answer.From, p.answer.To, p.answer.Verdict),
	}
}
