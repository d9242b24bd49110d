package network_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// want is one problem a table expects.
type want struct {
	path, code string
	// part is a fragment of the detail: what is wrong, with the value seen.
	part string
	// class is Invalid unless the table says otherwise.
	class network.Class
}

// refused is the expectation of most rows: one problem of class Invalid.
func refused(path, code, part string) []want { return []want{{path: path, code: code, part: part}} }

// advised is one problem that refuses nothing.
func advised(path, part string) []want {
	return []want{{path: path, part: part, class: network.Advice}}
}

// conflict is one problem of class Conflict.
func conflict(path, code, part string) []want {
	return []want{{path: path, code: code, part: part, class: network.Conflict}}
}

// checkProblems compares problems with the expected ones, in order.
func checkProblems(t *testing.T, got network.Problems, expected []want) {
	t.Helper()
	if len(got) != len(expected) {
		t.Fatalf("%d problems; want %d:\n%s", len(got), len(expected), list(got))
	}
	statuses := map[network.Class]int{network.Invalid: 400, network.Conflict: 409, network.Advice: 0}
	for i, w := range expected {
		p := got[i]
		if p.Path.String() != w.path || p.Code != w.code || p.Class != w.class || p.Status != statuses[w.class] {
			t.Errorf("problem %d: path %q, code %q, class %s, status %d; want %q, %q, %s, %d", i, p.Path, p.Code, p.Class,
				p.Status, w.path, w.code, w.class, statuses[w.class])
		}
		if !strings.Contains(p.Detail, w.part) {
			t.Errorf("problem %d: the detail %q does not contain %q", i, p.Detail, w.part)
		}
		if p.Summary == "" || !strings.HasSuffix(p.Detail, ".") {
			t.Errorf("problem %d: the summary %q and the detail %q are to be a title and whole sentences", i, p.Summary, p.Detail)
		}
	}
}

func list(problems network.Problems) string {
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Class.String() + " " + p.Error()
	}
	return strings.Join(texts, "\n")
}

// row changes a valid object and says what Validate then reports; nothing where problems is nil.
type row[T any] struct {
	name     string
	change   func(T)
	problems []want
}

// checkValidate runs a table. The object that valid returns must be valid.
func checkValidate[T interface{ Validate() network.Problems }](t *testing.T, valid func() T, rows []row[T]) {
	t.Helper()
	checkProblems(t, valid().Validate(), nil)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			o := valid()
			r.change(o)
			checkProblems(t, o.Validate(), r.problems)
		})
	}
}

// normalized is an object and its normal form.
type normalized struct {
	name     string
	in, want network.Object
}

// checkNormalize runs a table, and sees that a second Normalize changes nothing.
func checkNormalize(t *testing.T, rows []normalized) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.in.Normalize()
			if diff := cmp.Diff(r.want, r.in); diff != "" {
				t.Errorf("the normal form differs (-want +got):\n%s", diff)
			}
			r.in.Normalize()
			if diff := cmp.Diff(r.want, r.in); diff != "" {
				t.Errorf("a second Normalize changes the object (-want +got):\n%s", diff)
			}
		})
	}
}

// checkKey changes one attribute after the other and sees whether the natural key changes with it. Every attribute of
// the object must be in one of the two tables, under its JSON name.
func checkKey[T network.Object](t *testing.T, valid func() T, inKey, notInKey map[string]func(T)) {
	t.Helper()
	key := valid().NaturalKey()
	if again := valid().NaturalKey(); again != key {
		t.Fatalf("two equal objects have the keys %q and %q", key, again)
	}
	check := func(attributes map[string]func(T), changes bool) {
		for name, change := range attributes {
			o := valid()
			before := valid()
			change(o)
			if cmp.Equal(before, o) {
				t.Errorf("the change of %s changes nothing", name)
			}
			if (o.NaturalKey() != key) != changes {
				t.Errorf("with another %s the key is %q and was %q; want a change: %t", name, o.NaturalKey(), key, changes)
			}
		}
	}
	check(inKey, true)
	check(notInKey, false)
	named := slices.Concat(slices.Collect(maps.Keys(inKey)), slices.Collect(maps.Keys(notInKey)))
	for _, name := range attributes(reflect.TypeOf(valid()).Elem()) {
		if !slices.Contains(named, name) {
			t.Errorf("no row says whether the attribute %s is in the natural key", name)
		}
	}
}

// attributes lists the JSON names of the fields of a struct. The id and the enterprise project are left out: no key
// holds them.
func attributes(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			out = append(out, attributes(f.Type)...)
		case name != "-" && name != "id" && name != "enterprise_project_id":
			out = append(out, name)
		}
	}
	return out
}

// checkReferences compares the references of an object with lines such as "vpc_id vpc 1".
func checkReferences(t *testing.T, o network.Object, want ...string) {
	t.Helper()
	var got []string
	for _, r := range o.References() {
		got = append(got, fmt.Sprintf("%s %s %s", r.Path, strings.Trim(fmt.Sprint(r.Kinds), "[]"), r.ID))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the references of the %s differ (-want +got):\n%s", o.Kind().Label(), diff)
	}
}

// numbered is a map of n keys that start with a text.
func numbered(n int, text string) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[text+strings.Repeat("x", i)] = ""
	}
	return out
}

// long is a text of n characters, each of two bytes.
func long(n int) string { return strings.Repeat("ä", n) }
