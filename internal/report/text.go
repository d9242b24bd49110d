package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// width is the number of columns of a text.
const width = 80

// Text explains an answer in plain text: the question, the verdict, every cause on the way with its repair, and what
// gets through.
func Text(a reach.Answer) string {
	var b strings.Builder
	put := func(first, rest, text string) { b.WriteString(wrap(first, rest, text) + "\n") }
	put("", "  ", fmt.Sprintf("%s -> %s, %s: %s.", orUnknown(a.From), orUnknown(a.To), asked(a.Question), a.Verdict))
	number := 0
	for _, f := range a.Findings {
		text := Sentence(f) + " [" + f.Code + "]"
		switch f.Severity {
		case reach.Blocker, reach.Failure:
			number++
			b.WriteString("\n")
			put(fmt.Sprintf("%d. ", number), "   ", text)
			if f.Fix != nil {
				put("   Repair: ", "     ", Edit(f.Fix.Edit)+".")
				put("   ", "   ", checked(f.Fix))
				if text := wider(f.Fix); text != "" {
					put("   ", "     ", text)
				}
			}
		case reach.Hint:
			put("   Hint: ", "     ", text)
		default:
			b.WriteString("\n")
			put("Note: ", "  ", text)
		}
	}
	flows := func(title string, set traffic.Set) {
		if set.IsEmpty() {
			return
		}
		b.WriteString("\n" + title + ":\n")
		for _, text := range Flows(set) {
			put("  - ", "    ", text)
		}
	}
	if a.Verdict == reach.Partial {
		flows("Gets through", a.Allowed)
		flows("Does not", a.Refused)
	}
	flows("Not decided", a.Unclear)
	return strings.TrimRight(b.String(), "\n")
}

// wrap breaks a text between words; a word longer than a line stays whole.
func wrap(first, rest, text string) string {
	var b strings.Builder
	b.WriteString(first)
	column, empty := len(first), true
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		if !empty && column+1+n > width {
			b.WriteString("\n" + rest)
			column, empty = len(rest), true
		}
		if !empty {
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column, empty = column+n, false
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
	if q.Protocol.HasPorts() && !q.Ports.IsAll() && !q.Ports.IsEmpty() {
		return q.Protocol.String() + "/" + q.Ports.String()
	}
	return q.Protocol.String()
}

// longList is the number of blocks beyond which a set of addresses is told by its number.
const longList = 6

// Flows are the parts of a set of packets, each in a few words, such as "tcp/80 from 10.0.0.0/24 to 10.0.1.5".
func Flows(s traffic.Set) []string {
	var out []string
	for b := range s.Boxes() {
		out = append(out, flow(b))
	}
	return out
}

func flow(b traffic.Box) string {
	return service(b) + " from " + shorten(b.Source) + " to " + shorten(b.Destination)
}

// service is a part of a set without its addresses.
func service(b traffic.Box) string {
	b.Source, b.Destination = traffic.AnyAddress(b.Family), traffic.AnyAddress(b.Family)
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

func shorten(s traffic.AddressSet) string {
	text := s.Short()
	if n := strings.Count(text, ",") + 1; n > longList {
		text = strings.Join(strings.SplitN(text, ",", 4)[:3], ",") + fmt.Sprintf(" and %d more blocks", n-3)
	}
	return text
}
