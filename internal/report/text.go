package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// width is the number of columns of a text. Terraform draws a line beside a diagnostic and wraps what is wider than 78.
const width = 76

// page is a text under construction.
type page struct{ strings.Builder }

// put adds a paragraph: first before its first line, rest before the others.
func (p *page) put(first, rest, text string) { p.WriteString(wrap(first, rest, text) + "\n") }

func (p *page) gap() {
	if p.Len() > 0 {
		p.WriteString("\n")
	}
}

func (p *page) text() string { return strings.TrimRight(p.String(), "\n") }

// Text explains an answer in plain text: the question, the verdict, every cause on the way with its repair, and what
// gets through. Lines are at most 76 columns wide, but for single words that are longer.
func Text(a reach.Answer) string {
	var p page
	p.put("", "  ", Subject(a)+": "+string(a.Verdict)+".")
	p.findings(a.Findings)
	if a.Verdict == reach.Partial {
		p.flows("Gets through", a.Allowed)
		p.flows("Does not", a.Refused)
	}
	p.flows("Not decided", a.Unclear)
	return p.text()
}

// Subject is what an answer is about, such as "web-1 -> db-1, tcp/5432". It names the address family where there are two.
func Subject(a reach.Answer) string {
	text := fmt.Sprintf("%s -> %s, %s", orUnknown(a.From), orUnknown(a.To), asked(a.Question))
	if a.OtherFamily {
		text += " over " + a.Family.String()
	}
	return text
}

// Audit lists the findings of an audit in plain text.
func Audit(findings []reach.Finding) string {
	if len(findings) == 0 {
		return "Nothing found."
	}
	var p page
	counts := map[reach.Severity]int{}
	for _, f := range findings {
		counts[f.Severity]++
	}
	var parts []string
	for _, s := range []reach.Severity{reach.Failure, reach.Warning, reach.Info} {
		switch n := counts[s]; {
		case n == 1:
			parts = append(parts, fmt.Sprintf("1 %s", noun(s)))
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, noun(s)))
		}
	}
	p.put("", "  ", enumerate(parts)+".")
	p.findings(findings)
	return p.text()
}

func noun(s reach.Severity) string {
	if s == reach.Info {
		return "note"
	}
	return string(s)
}

func (p *page) findings(list []reach.Finding) {
	number := 0
	for i := range list {
		f := &list[i]
		text := Sentence(*f) + " [" + f.Code + "]"
		switch f.Severity {
		case reach.Blocker, reach.Failure:
			number++
			p.gap()
			p.put(fmt.Sprintf("%d. ", number), "   ", text)
			if f.Repair == nil {
				continue
			}
			p.put("   Repair: ", "     ", Edit(f.Repair.Edit)+".")
			p.put("   ", "   ", checked(f.Repair))
			if more := wider(f.Repair); more != "" {
				p.put("   ", "     ", more)
			}
		case reach.Hint:
			p.put("   Hint: ", "     ", text)
		case reach.Warning:
			p.gap()
			p.put("Warning: ", "  ", text)
		default:
			p.gap()
			p.put("Note: ", "  ", text)
		}
	}
}

func (p *page) flows(title string, set traffic.Set) {
	if set.IsEmpty() {
		return
	}
	p.gap()
	p.WriteString(title + ":\n")
	for _, text := range Flows(set) {
		p.put("  - ", "    ", text)
	}
}

// wrap breaks a text between words; a word longer than a line stays whole, and is broken after commas if it has any.
func wrap(first, rest, text string) string {
	var b strings.Builder
	b.WriteString(first)
	column, empty := len(first), true
	put := func(word string, glued bool) {
		n := len([]rune(word))
		space := 0
		if !empty && !glued {
			space = 1
		}
		if !empty && column+space+n > width {
			b.WriteString("\n" + rest)
			column, space = len(rest), 0
		}
		b.WriteString(strings.Repeat(" ", space) + word)
		column, empty = column+space+n, false
	}
	for word := range strings.FieldsSeq(text) {
		if len([]rune(word)) <= width-len(rest) {
			put(word, false)
			continue
		}
		for i, piece := range strings.SplitAfter(word, ",") {
			put(piece, i > 0)
		}
	}
	return b.String()
}

func orUnknown(end string) string {
	if end == "" {
		return "(unknown end)"
	}
	return end
}

func asked(q reach.Question) string {
	text := q.Protocol.String()
	switch {
	case q.Protocol.HasPorts() && !q.Ports.IsAll() && !q.Ports.IsEmpty():
		text += "/" + q.Ports.String()
	case q.Protocol.IsICMP() && q.ICMPType != nil:
		text += fmt.Sprintf(" type %d", *q.ICMPType)
		if q.ICMPCode != nil {
			text += fmt.Sprintf(" code %d", *q.ICMPCode)
		}
	}
	return text
}

// longList is the number of blocks beyond which a text tells a set of addresses by its number.
const longList = 6

// Flows are the parts of a set of packets, each in a few words for people to read, such as "tcp/80 from 10.0.0.0/24 to
// 10.0.1.5". Of a set of many blocks of addresses some are named.
func Flows(s traffic.Set) []string { return flows(s, shorten) }

// ExactFlows is Flows with every block of addresses, for values that are compared.
func ExactFlows(s traffic.Set) []string { return flows(s, written) }

func flows(s traffic.Set, addresses func(traffic.AddressSet) string) []string {
	var out []string
	for b := range s.Boxes() {
		out = append(out, flow(b, addresses))
	}
	return out
}

func flow(b traffic.Box, addresses func(traffic.AddressSet) string) string {
	source, destination := "", ""
	if !b.Source.IsAny(b.Family) {
		source = " from " + addresses(b.Source)
	}
	if !b.Destination.IsAny(b.Family) {
		destination = " to " + addresses(b.Destination)
	}
	text := service(b)
	if source == "" && destination == "" && b.Family != 0 {
		text += " over " + b.Family.String()
	}
	return text + source + destination
}

// service is a part of a set without its addresses.
func service(b traffic.Box) string {
	b.Source, b.Destination = traffic.AnyAddress(b.Family), traffic.AnyAddress(b.Family)
	b.DestinationPorts = named(b.DestinationPorts)
	return strings.TrimSuffix(b.String(), " over "+b.Family.String())
}

// Services are the parts of a set of packets whose addresses the context tells, such as "tcp/80". Both families are told
// apart only where the service alone does not.
func Services(s traffic.Set) []string {
	var out []string
	for b := range s.Boxes() {
		text := service(b)
		if b.Family == traffic.IPv6 {
			text += " over " + b.Family.String()
		}
		out = append(out, text)
	}
	return out
}

// named leaves out port 0, which no rule can name, where it only stands at the end of a range.
func named(s traffic.PortSet) traffic.PortSet {
	zero := traffic.NewPortSet(traffic.PortRange{})
	if rest := s.Subtract(zero); !s.IsAll() && !rest.IsEmpty() {
		return rest
	}
	return s
}

// written is a set of addresses with every block of it.
func written(s traffic.AddressSet) string {
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		if s.Equal(reach.PublicAddresses(f)) {
			return "the Internet"
		}
	}
	return s.Short()
}

// shorten is a set of addresses with some blocks of it, where it has many.
func shorten(s traffic.AddressSet) string {
	text := written(s)
	if n := strings.Count(text, ",") + 1; n > longList {
		text = strings.Join(strings.SplitN(text, ",", 4)[:3], ",") + fmt.Sprintf(" and %d more blocks", n-3)
	}
	return text
}
