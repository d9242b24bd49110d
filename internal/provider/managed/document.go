package managed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Document is an object as plain values: strings, bools, json.Numbers, slices and maps. Members that are null or not
// known yet are left out.
type Document = map[string]any

// toDocument turns an object value into a document, and says which members are not fully known.
func toDocument(value tftypes.Value) (Document, map[string]bool, error) {
	unknown := map[string]bool{}
	doc := Document{}
	if value.IsNull() || !value.IsKnown() {
		return doc, unknown, nil
	}
	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		return nil, nil, fmt.Errorf("read object: %w", err)
	}
	for name, member := range members {
		if !member.IsFullyKnown() {
			unknown[name] = true
		}
		plain, err := Plain(member)
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", name, err)
		}
		if plain != nil {
			doc[name] = plain
		}
	}
	return doc, unknown, nil
}

// Plain turns any value into plain ones; null and unknown become nil.
func Plain(value tftypes.Value) (any, error) {
	if value.IsNull() || !value.IsKnown() {
		return nil, nil //nolint:nilnil // nil is the plain form of null.
	}
	t := value.Type()
	switch {
	case t.Is(tftypes.String):
		var s string
		err := value.As(&s)
		return s, err
	case t.Is(tftypes.Bool):
		var b bool
		err := value.As(&b)
		return b, err
	case t.Is(tftypes.Number):
		var n big.Float
		err := value.As(&n)
		return json.Number(n.Text('f', -1)), err
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}), t.Is(tftypes.Tuple{}):
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return nil, err
		}
		out := make([]any, 0, len(items))
		for _, item := range items {
			plain, err := Plain(item)
			if err != nil {
				return nil, err
			}
			if plain != nil {
				out = append(out, plain)
			}
		}
		return out, nil
	case t.Is(tftypes.Map{}), t.Is(tftypes.Object{}):
		var members map[string]tftypes.Value
		if err := value.As(&members); err != nil {
			return nil, err
		}
		out := Document{}
		for name, member := range members {
			plain, err := Plain(member)
			if err != nil {
				return nil, err
			}
			if plain != nil {
				out[name] = plain
			}
		}
		return out, nil
	default:
		return nil, fmt.Errorf("a value of type %s cannot be read", t)
	}
}

// fromPlain is the value of a type for a plain one; nil becomes null. Members a document has and the type has not are
// left out.
func fromPlain(t tftypes.Type, plain any) (tftypes.Value, error) {
	if plain == nil {
		return tftypes.NewValue(t, nil), nil
	}
	fail := func() (tftypes.Value, error) {
		return tftypes.Value{}, fmt.Errorf("a %T does not fit the type %s", plain, t)
	}
	switch typ := t.(type) {
	case tftypes.List:
		return fromItems(t, typ.ElementType, plain)
	case tftypes.Set:
		return fromItems(t, typ.ElementType, plain)
	case tftypes.Map:
		members, ok := plain.(Document)
		if !ok {
			return fail()
		}
		out := map[string]tftypes.Value{}
		for name, member := range members {
			value, err := fromPlain(typ.ElementType, member)
			if err != nil {
				return value, err
			}
			out[name] = value
		}
		return tftypes.NewValue(t, out), nil
	case tftypes.Object:
		members, ok := plain.(Document)
		if !ok {
			return fail()
		}
		out := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			value, err := fromPlain(attribute, members[name])
			if err != nil {
				return value, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = value
		}
		return tftypes.NewValue(t, out), nil
	}
	switch p := plain.(type) {
	case string, bool:
		return tftypes.NewValue(t, p), nil
	case json.Number:
		n, _, err := big.ParseFloat(p.String(), 10, 512, big.ToNearestEven)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("number %s: %w", p, err)
		}
		return tftypes.NewValue(t, n), nil
	default:
		return fail()
	}
}

func fromItems(t, element tftypes.Type, plain any) (tftypes.Value, error) {
	items, ok := plain.([]any)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("a %T does not fit the type %s", plain, t)
	}
	out := make([]tftypes.Value, 0, len(items))
	for _, item := range items {
		value, err := fromPlain(element, item)
		if err != nil {
			return value, err
		}
		out = append(out, value)
	}
	return tftypes.NewValue(t, out), nil
}

// fill completes a planned value: where it is unknown although its author left it out, it takes the value the
// provider computed. What the author's own expressions leave unknown stays unknown.
func fill(planned, config, computed tftypes.Value) tftypes.Value {
	if !planned.IsKnown() {
		if !config.IsKnown() {
			return planned
		}
		return computed
	}
	if planned.IsNull() || planned.IsFullyKnown() {
		return planned
	}
	switch planned.Type().(type) {
	case tftypes.Object, tftypes.Map:
		var p, c, o map[string]tftypes.Value
		if planned.As(&p) != nil || members(config, &c) != nil || members(computed, &o) != nil {
			return planned
		}
		out := map[string]tftypes.Value{}
		for name, value := range p {
			out[name] = fillMember(value, c, o, name)
		}
		return tftypes.NewValue(planned.Type(), out)
	case tftypes.List:
		var p, c, o []tftypes.Value
		if planned.As(&p) != nil || members(config, &c) != nil || members(computed, &o) != nil || len(p) != len(o) {
			return planned
		}
		for len(c) < len(p) {
			c = append(c, tftypes.NewValue(p[len(c)].Type(), nil))
		}
		out := make([]tftypes.Value, len(p))
		for i := range p {
			out[i] = fill(p[i], c[i], o[i])
		}
		return tftypes.NewValue(planned.Type(), out)
	default:
		return planned
	}
}

func fillMember(value tftypes.Value, config, computed map[string]tftypes.Value, name string) tftypes.Value {
	o, ok := computed[name]
	if !ok {
		return value
	}
	c, ok := config[name]
	if !ok {
		c = tftypes.NewValue(value.Type(), nil)
	}
	return fill(value, c, o)
}

func members(value tftypes.Value, into any) error {
	if value.IsNull() || !value.IsKnown() {
		return nil
	}
	return value.As(into)
}

// keepEquivalent is the state's value for what the store returned: the prior value where it says the same in another way.
// The cloud makes no difference between an absent text or list and an empty one; Terraform does.
func keepEquivalent(prior, read tftypes.Value) tftypes.Value {
	if !read.IsNull() || prior.IsNull() || !prior.IsKnown() {
		return read
	}
	switch prior.Type().(type) {
	case tftypes.List, tftypes.Set:
		var items []tftypes.Value
		if prior.As(&items) == nil && len(items) == 0 {
			return prior
		}
	case tftypes.Map:
		var entries map[string]tftypes.Value
		if prior.As(&entries) == nil && len(entries) == 0 {
			return prior
		}
	case tftypes.Object:
		// An object is there or not.
	default:
		var s string
		if prior.Type().Is(tftypes.String) && prior.As(&s) == nil && s == "" {
			return prior
		}
		var b bool
		if prior.Type().Is(tftypes.Bool) && prior.As(&b) == nil && !b {
			return prior
		}
	}
	return read
}

// encode turns an object of the network into a document.
func encode(object any) (Document, error) {
	body, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encode object: %w", err)
	}
	return parse(body)
}

// decode turns a document into an object of the network.
func decode(doc Document, into any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode document: %w", err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("decode document: %w", err)
	}
	return nil
}

// parse reads a document without losing digits of its numbers.
func parse(body []byte) (Document, error) {
	doc := Document{}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("parse document: %w", err)
	}
	return doc, nil
}
