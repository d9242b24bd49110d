package console

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// drawing is a map of the network, laid out: VPCs with their subnets and instances, the peering connections between
// them, and the way of some traffic. Lengths are in pixels at the natural size.
type drawing struct {
	Width, Height int
	// Lines lie below the boxes, Way above them; it is nil where no way is drawn.
	Lines []line
	Boxes []box
	Way   *line
	// Left out is what there was no room for, in words.
	LeftOut string
}

// box is a rectangle with texts that leads to an object.
type box struct {
	X, Y, Width, Height int
	Class               string
	// Title is what the box is called in full.
	Title, Href string
	Texts       []words
	id          string
}

// words are a text at a place. The class says how it looks and whether it begins or ends there.
type words struct {
	X, Y        int
	Class, Text string
}

// line is a curve with a label.
type line struct {
	Path, Class, Title, Href string
	Label                    words
}

// Measures of the drawing.
const (
	margin        = 16
	gap           = 14
	vpcPadding    = 12
	vpcHead       = 50
	subnetWidth   = 240
	subnetHead    = 46
	subnetPadding = 8
	chipHeight    = 26
	chipGap       = 5
	// gutter is the room between columns of VPCs for the connections and their names.
	gutter = 190
	// letter is how wide a letter of the drawing is taken to be, wider than most are.
	letter = 7
)

// What a drawing shows at most. Beyond that it says how many there are.
const (
	mostVPCs      = 60
	mostSubnets   = 24
	mostInstances = 8
)

// artist draws one map.
type artist struct {
	*lab
	answer reach.Answer
	d      drawing
	// at are the boxes by the ids of their objects.
	at map[string]int
	// onWay and drops are the objects the asked traffic passes, and those that stop some of it.
	onWay, drops map[string]bool
}

// draw draws the VPCs an answer is about, or the whole network for an answer to nothing.
func (l *lab) draw(a reach.Answer) *drawing {
	p := &artist{lab: l, answer: a, at: map[string]int{}, onWay: map[string]bool{}, drops: map[string]bool{}}
	for _, h := range a.Path {
		p.onWay[h.ID] = true
	}
	for _, f := range a.Findings {
		if f.Severity == reach.Blocker {
			p.drops[f.ID] = true
		}
	}
	vpcs := sorted(l, report.Involved(l.net, a))
	if len(vpcs) > mostVPCs {
		p.d.LeftOut = fmt.Sprintf("Only %d of %d VPCs are drawn; the list of VPCs has them all.", mostVPCs, len(vpcs))
		vpcs = vpcs[:mostVPCs]
	}
	top := margin
	if p.meetsInternet() {
		p.add(box{
			X: margin, Y: top, Width: 110, Height: 34, Class: "internet", Title: "The Internet", id: internet,
			Texts: []words{{margin + 55, top + 22, "name middle", "Internet"}},
		})
		top += 34 + 2*gap
	}
	p.arrange(vpcs, top)
	p.way()
	for _, b := range p.d.Boxes {
		p.d.Width, p.d.Height = max(p.d.Width, b.X+b.Width+margin), max(p.d.Height, b.Y+b.Height+margin)
	}
	return &p.d
}

func (p *artist) add(b box) {
	if b.id != "" {
		p.at[b.id] = len(p.d.Boxes)
	}
	p.d.Boxes = append(p.d.Boxes, b)
}

// meetsInternet reports whether the Internet is an end of the asked traffic.
func (p *artist) meetsInternet() bool {
	from, to := p.ends()
	return from == internet || to == internet
}

// ends are the ids of the boxes at the two ends of the way, "" where there is none.
func (p *artist) ends() (from, to string) {
	if len(p.answer.Path) == 0 {
		return "", ""
	}
	last := p.answer.Path[0]
	for _, h := range p.answer.Path {
		if h.Leg != reach.Return {
			last = h
		}
	}
	id := func(e reach.Endpoint, h reach.Hop) string {
		if e.Internet || h.ID == "" {
			return internet
		}
		return h.ID
	}
	return id(p.answer.Question.Source, p.answer.Path[0]), id(p.answer.Question.Destination, last)
}

// state is how the asked traffic fares at an object, as a class.
func (p *artist) state(id string) string {
	switch {
	case p.drops[id]:
		return " drops"
	case p.onWay[id]:
		return " passes"
	}
	return ""
}

// vpc draws a VPC with its upper left corner at a place, and returns its size.
func (p *artist) vpc(v *network.VPC, x, y int) (width, height int) {
	at := len(p.d.Boxes)
	blocks := strings.Join(append([]string{v.CIDR}, v.SecondaryCIDRs...), " ")
	p.add(box{X: x, Y: y, Class: "vpc" + p.state(v.ID), Title: "VPC " + v.Name + " " + blocks, Href: href(v), id: v.ID})
	subnets := sorted(p.lab, network.Referring[*network.Subnet](p.net, "vpc_id", v.ID))
	columns := columnsFor(len(subnets))
	width = 2*vpcPadding + columns*subnetWidth + (columns-1)*gap
	left := 0
	if len(subnets) > mostSubnets {
		left, subnets = len(subnets)-mostSubnets, subnets[:mostSubnets]
	}
	bottoms := make([]int, columns)
	for i := range bottoms {
		bottoms[i] = y + vpcHead
	}
	for _, s := range subnets {
		column := 0
		for i := range bottoms {
			if bottoms[i] < bottoms[column] {
				column = i
			}
		}
		height := p.subnet(s, x+vpcPadding+column*(subnetWidth+gap), bottoms[column])
		bottoms[column] += height + gap
	}
	bottom := y + vpcHead
	for _, b := range bottoms {
		bottom = max(bottom, b)
	}
	frame := &p.d.Boxes[at]
	frame.Texts = []words{
		{x + vpcPadding, y + 22, "name", fit("VPC "+v.Name, width-2*vpcPadding)},
		{x + vpcPadding, y + 39, "small", fit(blocks, width-2*vpcPadding)},
	}
	if note := more(left, "subnet"); note != "" || len(subnets) == 0 {
		if note == "" {
			note = "no subnets"
		}
		frame.Texts = append(frame.Texts, words{x + vpcPadding, bottom + 12, "small", note})
		bottom += 18 + gap
	}
	frame.Width, frame.Height = width, bottom-gap+vpcPadding-y
	return frame.Width, frame.Height
}

// columnsFor is how many columns of subnets a VPC has.
func columnsFor(subnets int) int {
	switch {
	case subnets <= 3:
		return 1
	case subnets <= 8:
		return 2
	default:
		return 3
	}
}

func (p *artist) subnet(s *network.Subnet, x, y int) (height int) {
	at := len(p.d.Boxes)
	p.add(box{X: x, Y: y, Width: subnetWidth, Class: "subnet" + p.state(s.ID), Href: href(s), id: s.ID})
	instances, left := p.shown(sorted(p.lab, network.Referring[*network.Instance](p.net, "subnet_id", s.ID)))
	bottom := y + subnetHead
	for _, i := range instances {
		p.chip(i, x+subnetPadding, bottom)
		bottom += chipHeight + chipGap
	}
	var filters []string
	state := p.state(s.ID)
	for _, acl := range network.Referring[*network.NetworkACL](p.net, "subnet_ids", s.ID) {
		filters = append(filters, acl.Name)
		if p.drops[acl.ID] {
			state = " drops"
		}
	}
	frame := &p.d.Boxes[at]
	frame.Class = "subnet" + state
	frame.Title = strings.TrimSpace("subnet " + s.Name + " " + s.CIDR + " " + s.IPv6CIDR)
	room := subnetWidth - 2*subnetPadding
	cidr := fit(s.CIDR, room)
	name := "small end"
	frame.Texts = []words{
		{x + subnetPadding, y + 19, "name", fit(s.Name, room)},
		{x + subnetPadding, y + 36, "small", cidr},
	}
	if len(filters) > 0 {
		text := "ACL " + strings.Join(filters, ", ")
		frame.Title += ", network " + text
		frame.Texts = append(frame.Texts, words{x + subnetWidth - subnetPadding, y + 36, name, fit(text, room-(len(cidr)+1)*letter)})
	}
	note := more(left, "instance")
	if note == "" && len(instances) == 0 {
		note = "no instances"
	}
	if note != "" {
		frame.Texts = append(frame.Texts, words{x + subnetPadding, bottom + 13, "small", note})
		bottom += 22
	}
	frame.Height = bottom + subnetPadding - chipGap - y
	return frame.Height
}

// shown are the instances of a subnet that are drawn, those on the way among them, and how many are left.
func (p *artist) shown(all []*network.Instance) (shown []*network.Instance, left int) {
	if len(all) <= mostInstances {
		return all, 0
	}
	for i, instance := range all {
		if i < mostInstances || p.onWay[instance.ID] {
			shown = append(shown, instance)
		}
	}
	return shown, len(all) - len(shown)
}

func (p *artist) chip(i *network.Instance, x, y int) {
	const width = subnetWidth - 2*subnetPadding
	b := box{X: x, Y: y, Width: width, Height: chipHeight, Class: "chip", Href: href(i), id: i.ID}
	b.Title = strings.Join(strings.Fields(fmt.Sprintf("instance %s %s %s", i.Name, i.IPAddress, i.IPv6Address)), " ")
	if i.PublicIP != "" {
		b.Class, b.Title = b.Class+" public", b.Title+", public address "+i.PublicIP
	}
	b.Class += p.state(i.ID)
	address := i.IPAddress
	if address == "" {
		address = i.IPv6Address
	}
	room := width - 2*subnetPadding
	address = fit(address, room*2/3)
	b.Texts = []words{
		{x + subnetPadding, y + 17, "", fit(p.title(i), room-(utf8.RuneCountInString(address)+1)*letter)},
		{x + width - subnetPadding, y + 17, "small end", address},
	}
	p.add(b)
}

// fit shortens a text to a room.
func fit(text string, room int) string {
	most := max(room/letter, 1)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

func more(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "and 1 more " + what
	default:
		return fmt.Sprintf("and %d more %ss", n, what)
	}
}
