package functions

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
)

// member is what a member of a question is.
type member int

const (
	text member = iota
	texts
	number
	truth
	end
)

// String names what is expected.
func (m member) String() string {
	return [...]string{"a text", "a list of texts", "a number", "true or false", "an object"}[m]
}

// The members of a question and of its ends. A function has no schema for them, so that names and types are checked here.
var (
	questionMembers = map[string]member{
		"source": end, "destination": end, "protocol": text, "ports": texts, "icmp_type": number, "icmp_code": number,
		"expect": text, "strict": truth,
	}
	endMembers = map[string]member{
		"instance_id": text, "subnet_id": text, "security_group_ids": texts, "address": text, "vpc_id": text, "internet": truth,
	}
)

// asked reads a question.
func asked(raw tftypes.Value) (inquiry.Question, error) {
	var q inquiry.Question
	raw, err := checked(raw, "the question", "question", questionMembers)
	if err != nil {
		return q, err
	}
	var values map[string]tftypes.Value
	if err := raw.As(&values); err != nil {
		return q, fmt.Errorf("read the question: %w", err)
	}
	for _, name := range []string{"source", "destination"} {
		if v, given := values[name]; !given || v.IsNull() {
			return q, fmt.Errorf("the question has no %s", name)
		}
	}
	if err := inquiry.Read(raw, &q); err != nil {
		return q, err
	}
	var diags diag.Diagnostics
	q.Check(&diags)
	if diags.HasError() {
		first := diags.Errors()[0]
		return q, fmt.Errorf("%s: %s", first.Summary(), first.Detail())
	}
	return q, nil
}

// checked is an object whose members are all known by name and of the right type. Numbers where texts are expected are
// written as texts, as Terraform does for attributes.
func checked(v tftypes.Value, what, at string, members map[string]member) (tftypes.Value, error) {
	var values map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&values) != nil {
		return v, fmt.Errorf("%s is an object with %s, not %s", what, list(members), described(v))
	}
	out, attributes := map[string]tftypes.Value{}, map[string]tftypes.Type{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		m, known := members[name]
		if !known {
			return v, fmt.Errorf("%s has no member %q; its members are %s", what, name, list(members))
		}
		value, err := m.convert(values[name], at+"."+name)
		if err != nil {
			return v, err
		}
		out[name], attributes[name] = value, value.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: attributes}, out), nil
}

func list(members map[string]member) string {
	names := slices.Sorted(maps.Keys(members))
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// convert is a value as a member of this kind; unknown and null ones stay as they are.
func (m member) convert(v tftypes.Value, at string) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	wrong := fmt.Errorf("%s is %s; it must be %s", at, described(v), m)
	switch t := v.Type(); m {
	case end:
		return checked(v, "the "+at[strings.LastIndex(at, ".")+1:], at, endMembers)
	case texts:
		var items []tftypes.Value
		if !t.Is(tftypes.List{}) && !t.Is(tftypes.Set{}) && !t.Is(tftypes.Tuple{}) || v.As(&items) != nil {
			return v, wrong
		}
		out := make([]tftypes.Value, len(items))
		for i, item := range items {
			if item.IsNull() {
				return v, fmt.Errorf("%s[%d] is null; leave it out", at, i)
			}
			var err error
			if out[i], err = text.convert(item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return v, err
			}
		}
		return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, out), nil
	case text:
		var n big.Float
		switch {
		case t.Is(tftypes.String):
			return v, nil
		case t.Is(tftypes.Number) && v.As(&n) == nil:
			return tftypes.NewValue(tftypes.String, n.Text('f', -1)), nil
		}
	case number:
		if t.Is(tftypes.Number) {
			return v, nil
		}
	case truth:
		if t.Is(tftypes.Bool) {
			return v, nil
		}
	}
	return v, wrong
}

// described is a value for people: what it is, and the value itself where it is short.
func described(v tftypes.Value) string {
	var s string
	var n big.Float
	var b bool
	switch {
	case v.IsNull():
		return "null"
	case !v.IsKnown():
		return "not known yet"
	case v.Type().Is(tftypes.String) && v.As(&s) == nil:
		return fmt.Sprintf("the text %.60q", s)
	case v.Type().Is(tftypes.Number) && v.As(&n) == nil:
		return "the number " + n.Text('f', -1)
	case v.Type().Is(tftypes.Bool) && v.As(&b) == nil:
		return fmt.Sprint(b)
	case v.Type().Is(tftypes.Object{}) || v.Type().Is(tftypes.Map{}):
		return "an object"
	}
	return "a list"
}
