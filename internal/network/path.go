package network

import (
	"strconv"
	"strings"
)

// Path leads to an attribute of an object: attribute names, list positions and map keys from the outside in.
type Path []any

type mapKey string

// At is the path of a top-level attribute.
func At(attribute string) Path { return Path{attribute} }

// Attr goes on to a member of the object at p.
func (p Path) Attr(name string) Path { return p.append(name) }

// Index goes on to the position i, counted from zero, of the list at p.
func (p Path) Index(i int) Path { return p.append(i) }

// Key goes on to the entry with this key of the map at p.
func (p Path) Key(key string) Path { return p.append(mapKey(key)) }

func (p Path) append(step any) Path {
	return append(append(make(Path, 0, len(p)+1), p...), step)
}

// Root is the top-level attribute the path starts at, or "" for the object as a whole.
func (p Path) Root() string {
	if len(p) == 0 {
		return ""
	}
	name, _ := p[0].(string)
	return name
}

// Walk calls one of the functions for each step.
func (p Path) Walk(attribute func(string), index func(int), key func(string)) {
	for _, step := range p {
		switch s := step.(type) {
		case string:
			attribute(s)
		case int:
			index(s)
		case mapKey:
			key(string(s))
		}
	}
}

// String writes the path as Terraform does: ingress_rules[2].source_cidr.
func (p Path) String() string {
	var b strings.Builder
	p.Walk(
		func(name string) {
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(name)
		},
		func(i int) { b.WriteString("[" + strconv.Itoa(i) + "]") },
		func(k string) { b.WriteString("[" + strconv.Quote(k) + "]") },
	)
	return b.String()
}
