package network

import (
	"fmt"
	"strings"
)

// Class is the kind of a problem.
type Class int

// The classes of problems.
const (
	// Invalid: the object is wrong in itself or beside the others.
	Invalid Class = iota
	// NotFound: an id names nothing.
	NotFound
	// Conflict: another object holds what this one wants.
	Conflict
	// InUse: the object cannot go while others need it.
	InUse
	// Quota: there are as many as the limit allows.
	Quota
	// Advice: nothing is refused, but the author should know.
	Advice
)

// String names the class.
func (c Class) String() string {
	return [...]string{"invalid", "not found", "conflict", "in use", "quota", "advice"}[c]
}

// Problem is one thing that is wrong with an object, told to its author.
type Problem struct {
	Class Class
	// Path is the attribute at fault, as deep as it can be named; empty for the object as a whole.
	Path Path
	// Involves are further attributes the problem depends on, at the top level or beside the one at fault. While a top-level
	// one is unknown at plan the problem is not raised.
	Involves []string
	// Code is the cloud's own error code where one is published (RULES.md, Refusals).
	Code string
	// Status is the HTTP status that the cloud sends with the code.
	Status int
	// Summary is a title that is the same for every occurrence of the cause.
	Summary string
	// Detail says what was seen and what to do, in whole sentences and in the words of the cloud: its own clients read
	// it too.
	Detail string
	// Remedy is what the author of a Terraform configuration can do about it, in whole sentences and with the names of
	// its attributes. It may be empty.
	Remedy string
}

// Advising adds a Remedy.
func (p Problem) Advising(format string, args ...any) Problem {
	p.Remedy = fmt.Sprintf(format, args...)
	return p
}

// ForAuthor is Detail and Remedy, as the author of a configuration reads them.
func (p Problem) ForAuthor() string {
	if p.Remedy == "" {
		return p.Detail
	}
	return p.Detail + " " + p.Remedy
}

// Error makes a single problem usable as an error.
func (p Problem) Error() string {
	where := p.Path.String()
	if where != "" {
		where += ": "
	}
	code := ""
	if p.Code != "" {
		code = " (" + p.Code + ")"
	}
	return where + p.Summary + ": " + p.Detail + code
}

// Problems are the problems of one object, in the order of its attributes.
type Problems []Problem

// Error joins the refusals, one a line.
func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps))
	for _, p := range ps.Refusals() {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// Refusals are the problems other than advice.
func (ps Problems) Refusals() Problems {
	var out Problems
	for _, p := range ps {
		if p.Class != Advice {
			out = append(out, p)
		}
	}
	return out
}

// Err returns the refusals as an error, or nil when there are none.
func (ps Problems) Err() error {
	if r := ps.Refusals(); len(r) > 0 {
		return r
	}
	return nil
}

// Knowing drops the problems that depend on an attribute whose value is not known yet.
func (ps Problems) Knowing(unknown map[string]bool) Problems {
	if len(unknown) == 0 {
		return ps
	}
	var out Problems
next:
	for _, p := range ps {
		if unknown[p.Path.Root()] {
			continue
		}
		for _, a := range p.Involves {
			if unknown[a] {
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

func invalid(path Path, code, summary, format string, args ...any) Problem {
	return Problem{
		Class: Invalid, Path: path, Code: code, Status: 400, Summary: summary, Detail: fmt.Sprintf(format, args...),
	}
}

func advice(path Path, summary, format string, args ...any) Problem {
	return Problem{Class: Advice, Path: path, Summary: summary, Detail: fmt.Sprintf(format, args...)}
}

func (p Problem) involving(attributes ...string) Problem {
	p.Involves = attributes
	return p
}

// Within moves the problems of an object that is written inside another one to base, where it is written.
func (ps Problems) Within(base Path) Problems {
	out := make(Problems, len(ps))
	for i, p := range ps {
		p.Path = append(append(Path{}, base...), p.Path...)
		p.Involves = nil
		out[i] = p
	}
	return out
}

func sentence(err error) string {
	return strings.TrimSuffix(err.Error(), ".")
}
