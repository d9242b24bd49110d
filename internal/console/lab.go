package console

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// lab is one state of the network, with what the pages look up in it.
type lab struct {
	net *network.Network
	// referrers are the objects that hold an id, by that id.
	referrers map[string][]referrer
	objects   int
}

// referrer is an object and the attribute in which it holds an id.
type referrer struct {
	object    network.Object
	attribute string
}

func newLab(n *network.Network) *lab {
	l := &lab{net: n, referrers: map[string][]referrer{}, objects: n.Len()}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			for _, ref := range o.References() {
				r := referrer{o, ref.Path.Root()}
				if !slices.Contains(l.referrers[ref.ID], r) {
					l.referrers[ref.ID] = append(l.referrers[ref.ID], r)
				}
			}
		}
	}
	return l
}

// kindLink leads to the list of one kind.
type kindLink struct {
	Kind        network.Kind
	Label, Href string
	Count       int
}

// kinds lists the kinds of which there are objects, and those that every network has.
func (l *lab) kinds() []kindLink {
	var out []kindLink
	for _, kind := range network.Kinds() {
		count := len(l.net.OfKind(kind))
		if count == 0 && !isBasic(kind) {
			continue
		}
		out = append(out, kindLink{kind, plural(kind), base + "objects/" + string(kind), count})
	}
	return out
}

// isBasic says that a kind is listed even while there is nothing of it.
func isBasic(kind network.Kind) bool {
	switch kind {
	case network.KindVPC, network.KindSubnet, network.KindSecurityGroup, network.KindNetworkACL, network.KindInstance:
		return true
	default:
		return false
	}
}

// plural is the title of a list.
func plural(kind network.Kind) string {
	label := capital(kind.Label())
	if stem, ok := strings.CutSuffix(label, "y"); ok {
		return stem + "ies"
	}
	return label + "s"
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// link leads to an object.
type link struct {
	Text, Href string
	// Kind is the object's kind as a person would say it.
	Kind string
}

func (l *lab) link(o network.Object) link {
	return link{l.title(o), href(o), o.Kind().Label()}
}

func href(o network.Object) string {
	return base + "objects/" + url.PathEscape(string(o.Kind())) + "/" + url.PathEscape(o.Base().ID)
}

// title is what people call an object.
func (l *lab) title(o network.Object) string {
	var title string
	switch o := o.(type) {
	case *network.SecurityGroupRule:
		title = o.SummaryNaming(l.name)
	case *network.Route:
		title = o.TitleNaming(l.name)
	default:
		title = o.Title()
	}
	if title == "" {
		return o.Base().ID
	}
	return title
}

// name is what people call the object with an id.
func (l *lab) name(id string) string {
	if o := l.net.Object(id); o != nil {
		if title := o.Title(); title != "" {
			return title
		}
	}
	return id
}

// sorted is a copy of a list in the order of titles, numbers in them by value: web-2 comes before web-10.
func sorted[T network.Object](l *lab, list []T) []T {
	return slices.SortedFunc(slices.Values(list), func(a, b T) int {
		return cmp.Or(compareNatural(l.title(a), l.title(b)), cmp.Compare(a.Base().ID, b.Base().ID))
	})
}

// compareNatural compares texts, runs of digits by the number they write.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		x, restA := chunk(a)
		y, restB := chunk(b)
		if isDigit(x[0]) && isDigit(y[0]) {
			m, n := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
				return c
			}
		} else if c := cmp.Compare(x, y); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// chunk cuts off the run of digits, or of anything else, that a text begins with.
func chunk(s string) (first, rest string) {
	end := 1
	for end < len(s) && isDigit(s[end]) == isDigit(s[0]) {
		end++
	}
	return s[:end], s[end:]
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
