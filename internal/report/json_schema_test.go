package report

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// schemaNode is a part of a JSON Schema.
type schemaNode struct {
	Properties           map[string]*schemaNode `json:"properties"`
	Required             []string               `json:"required"`
	AdditionalProperties *bool                  `json:"additionalProperties"`
	Definitions          map[string]*schemaNode `json:"$defs"`
	OneOf                []*schemaNode          `json:"oneOf"`
	Const                any                    `json:"const"`
}

// The published schema has every member that a document can have, and none besides; what is always there is required.
func TestSchemaIsThatOfTheDocuments(t *testing.T) {
	var schema schemaNode
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	types := map[string]any{
		"answer": answer{}, "change": change{}, "consideration": consideration{}, "edit": editObjects{}, "endpoint": endpoint{},
		"finding": finding{}, "fix": fix{}, "hop": hop{}, "member": member{}, "outcome": outcome{}, "packets": packets{},
		"party": party{}, "question": question{}, "rule": rule{},
	}
	if got, want := slices.Sorted(maps.Keys(schema.Definitions)), slices.Sorted(maps.Keys(types)); !slices.Equal(got, want) {
		t.Fatalf("definitions %q, want %q", got, want)
	}
	for name, v := range types {
		all, required := jsonMembers(reflect.TypeOf(v))
		compare(t, name, schema.Definitions[name], all, required)
	}
	// The frame's members are those of one kind of document each.
	frame, _ := jsonMembers(reflect.TypeFor[document]())
	seen := map[string]bool{}
	for _, d := range schema.OneOf {
		kind, _ := d.Properties["kind"].Const.(string)
		want := map[string][]string{
			"answer": slices.DeleteFunc(slices.Clone(frame), func(s string) bool {
				return slices.Contains([]string{"audit", "gained", "lost", "outcomes"}, s)
			}),
			"audit": {"audit", "kind", "version"}, "difference": {"gained", "kind", "lost", "version"},
			"intents": {"kind", "outcomes", "version"},
		}[kind]
		compare(t, "a document of the kind "+kind, d, want, want)
		for _, m := range want {
			seen[m] = true
		}
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, frame) {
		t.Errorf("the kinds of document have the members %q, the frame %q", got, frame)
	}
}

func compare(t *testing.T, what string, n *schemaNode, all, required []string) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(n.Properties)); !slices.Equal(got, all) {
		t.Errorf("%s: members %q, want %q", what, got, all)
	}
	slices.Sort(n.Required)
	if !slices.Equal(n.Required, required) && len(n.Required)+len(required) > 0 {
		t.Errorf("%s: required %q, want %q", what, n.Required, required)
	}
	if n.AdditionalProperties == nil || *n.AdditionalProperties {
		t.Errorf("%s: more members are allowed", what)
	}
}

// jsonMembers are the JSON members of a struct, and those that are always there, in order.
func jsonMembers(s reflect.Type) (all, required []string) {
	for f := range s.Fields() {
		if f.Anonymous {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			a, r := jsonMembers(inner)
			all, required = append(all, a...), append(required, r...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, name)
		if options == "" {
			required = append(required, name)
		}
	}
	slices.Sort(all)
	slices.Sort(required)
	return all, required
}
