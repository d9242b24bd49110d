package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Diagram is a drawing of a network, of the way of some traffic through it, or both. Stations that drop the traffic are
// red, the way back of the answers is dotted.
type Diagram struct {
	boxes []box
	nodes []node
	edges []edge
}

// box is a frame around nodes and other boxes.
type box struct {
	id, label string
	// inside is the box around this one, -1 for none.
	inside int
}

type node struct {
	id, label string
	inside    int
	shape     shape
	drops     bool
}

type shape int

const (
	plain shape = iota
	end
	filter
	cloud
)

type edge struct {
	from, to string
	label    string
	style    style
}

type style int

const (
	way style = iota
	dropped
	back
	link
	deadLink
)

// Path draws the way of an answer.
func Path(a reach.Answer) Diagram {
	var d Diagram
	d.way(a, nil)
	return d
}

// Mermaid is Path in the language of Mermaid.
func Mermaid(a reach.Answer) string { return Path(a).Mermaid() }

// DOT is Path in the language of Graphviz.
func DOT(a reach.Answer) string { return Path(a).DOT() }

// Map draws the VPCs that an answer is about, with their subnets and connections, and the way of the traffic through
// them. Of the instances only the two ends are drawn, the others are counted. The zero Answer is about no traffic: the
// map has every VPC then, and no way.
func Map(n *network.Network, a reach.Answer) Diagram {
	var d Diagram
	at := map[string]int{}
	instances := map[string]int{}
	for _, i := range network.All[*network.Instance](n) {
		instances[i.SubnetID]++
	}
	vpcs := Involved(n, a)
	for _, v := range vpcs {
		at[v.ID] = len(d.boxes)
		d.boxes = append(d.boxes, box{fmt.Sprintf("v%d", len(d.boxes)), "VPC " + v.Name + " " + v.CIDR, -1})
		for _, s := range network.Referring[*network.Subnet](n, "vpc_id", v.ID) {
			at[s.ID] = len(d.boxes)
			d.boxes = append(d.boxes, box{fmt.Sprintf("v%d", len(d.boxes)), "subnet " + s.Name + " " + s.CIDR, at[v.ID]})
			others := instances[s.ID]
			for _, i := range network.Referring[*network.Instance](n, "subnet_id", s.ID) {
				if i.ID == a.Question.Source.InstanceID || i.ID == a.Question.Destination.InstanceID {
					at[i.ID] = at[s.ID]
					others--
				}
			}
			if label := counted(others); label != "" {
				d.nodes = append(d.nodes, node{id: fmt.Sprintf("o%d", at[s.ID]), label: label, inside: at[s.ID]})
			}
		}
	}
	for _, p := range network.All[*network.Peering](n) {
		from, ok := at[p.VPCID]
		to, too := at[p.PeerVPCID]
		if !ok || !too {
			continue
		}
		e := edge{d.boxes[from].id, d.boxes[to].id, "peering " + p.Name, link}
		if p.Status != network.PeeringActive {
			e.label, e.style = e.label+" "+string(p.Status), deadLink
		}
		d.edges = append(d.edges, e)
	}
	if a.Verdict != "" {
		d.way(a, at)
	}
	return d
}

func counted(n int) string {
	switch {
	case n == 1:
		return "1 instance"
	case n > 1:
		return fmt.Sprintf("%d instances", n)
	}
	return ""
}

// Involved are the VPCs an answer is about, or all of them if it names none.
func Involved(n *network.Network, a reach.Answer) []*network.VPC {
	ids := map[string]bool{}
	note := func(id string) {
		switch o := n.Object(id).(type) {
		case *network.VPC:
			ids[o.ID] = true
		case *network.Subnet:
			ids[o.VPCID] = true
		case *network.Instance:
			if s := network.Get[*network.Subnet](n, o.SubnetID); s != nil {
				ids[s.VPCID] = true
			}
		case *network.Peering:
			ids[o.VPCID], ids[o.PeerVPCID] = true, true
		}
	}
	for _, h := range a.Path {
		note(h.ID)
	}
	for _, f := range a.Findings {
		note(f.ID)
		if f.With != nil {
			note(f.With.ID)
		}
	}
	all := network.All[*network.VPC](n)
	if len(ids) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(v *network.VPC) bool { return !ids[v.ID] })
}

// way adds the stations of an answer and the edges between them; at has the boxes of the objects they belong to.
func (d *Diagram) way(a reach.Answer, at map[string]int) {
	if len(a.Path) == 0 {
		d.nodes = append(d.nodes, node{id: "n0", label: orUnknown(a.From), inside: -1, shape: end},
			node{id: "n1", label: orUnknown(a.To), inside: -1, shape: end})
		e := edge{"n0", "n1", string(a.Verdict), dropped}
		if a.Verdict == reach.Reachable {
			e.style = way
		}
		d.edges = append(d.edges, e)
		return
	}
	forward, first := 0, len(d.nodes)
	for i, h := range a.Path {
		if h.Leg != reach.Return {
			forward = i
		}
		n := node{id: fmt.Sprintf("n%d", i), label: station(h), inside: -1, drops: h.Drops}
		switch {
		case i == 0 || h.Leg == reach.Forward && i+1 < len(a.Path) && a.Path[i+1].Leg == reach.Return || i == len(a.Path)-1 &&
			h.Leg == reach.Forward:
			n.shape = end
		case h.Kind == network.KindSecurityGroup || h.Kind == network.KindNetworkACL:
			n.shape = filter
		case h.Kind == "":
			n.shape = cloud
		}
		if b, ok := at[h.ID]; ok {
			n.inside = b
		}
		d.nodes = append(d.nodes, n)
	}
	for i := 1; i < len(a.Path); i++ {
		e := edge{from: d.nodes[first+i-1].id, to: d.nodes[first+i].id}
		switch {
		case a.Path[i].Leg == reach.Return:
			e.style = back
		case a.Path[i-1].Drops:
			e.style = dropped
		}
		d.edges = append(d.edges, e)
	}
	// What stops the traffic in routing has no station: it is drawn between the ends.
	source, destination := d.nodes[first].id, d.nodes[first+forward].id
	if codes := roadblocks(a, reach.Forward); codes != "" {
		d.edges = append(d.edges, edge{source, destination, codes, dropped})
	}
	if codes := roadblocks(a, reach.Return); codes != "" {
		d.edges = append(d.edges, edge{destination, source, codes, dropped})
	}
}

// roadblocks are the causes in routing on one leg.
func roadblocks(a reach.Answer, leg string) string {
	var out []string
	for _, f := range a.Findings {
		routing := f.Layer == reach.LayerVPC || f.Layer == reach.LayerRoute
		if f.Severity == reach.Blocker && routing && f.Leg == leg && !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, ", ")
}

// station is what is written on a station of the way.
func station(h reach.Hop) string {
	label := h.Name
	if h.Kind != "" {
		label = h.Kind.Label() + " " + label
	}
	switch {
	case h.Rule != nil && h.Rule.Position > 0:
		label += fmt.Sprintf(": rule %d, %s", h.Rule.Position, h.Rule.Summary)
	case h.Rule != nil && h.Rule.Summary != "":
		label += ": " + h.Rule.Summary
	case h.Detail != "":
		label += ": " + h.Detail
	}
	return label
}
