package resourceschema

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Defaults puts the defaults of the schema into a proposed object wherever the configuration is null.
func (s *Schema) Defaults(proposed, config tftypes.Value) (tftypes.Value, error) {
	return s.root.transform(proposed, config, pass{
		wanted: func(t tasks) bool { return t.defaults },
		value: func(a attribute, planned, config tftypes.Value) tftypes.Value {
			if config.IsNull() && a.defaultValue != nil {
				return *a.defaultValue
			}
			return planned
		},
	})
}

// MarkUnknown makes every computed value unknown that the configuration leaves out, unless it has a default. A value of the
// state that stayed would bind the plan to the past.
func (s *Schema) MarkUnknown(planned, config tftypes.Value) (tftypes.Value, error) {
	return s.root.transform(planned, config, pass{
		wanted: func(t tasks) bool { return t.marks },
		value: func(a attribute, planned, config tftypes.Value) tftypes.Value {
			if config.IsNull() && a.IsComputed() && a.defaultValue == nil {
				return tftypes.NewValue(planned.Type(), tftypes.UnknownValue)
			}
			return planned
		},
		absent: unknownValue, // The framework leaves alone what it does not find in a configured list or map.
	})
}

var unknownValue = tftypes.NewValue(tftypes.DynamicPseudoType, tftypes.UnknownValue)

// pass is one change of a whole object, attribute by attribute, those inside first.
type pass struct {
	// wanted reports whether an attribute or an object has to be visited.
	wanted func(tasks) bool
	// value is the attribute's new value.
	value func(a attribute, planned, config tftypes.Value) tftypes.Value
	// absent stands for the configuration of an element that a configured list or map does not have; null by default.
	absent tftypes.Value
}

// parts reads the configuration of an object, a list or a map, and says what stands for a part it does not have.
func parts[T any](config tftypes.Value, p pass) (out T, absent tftypes.Value, err error) {
	switch {
	case config.IsNull():
		return out, tftypes.Value{}, nil
	case config.IsKnown():
		err = config.As(&out)
	}
	return out, p.absent, err
}

func (o object) transform(planned, config tftypes.Value, p pass) (tftypes.Value, error) {
	if !p.wanted(o.tasks) || planned.IsNull() || !planned.IsKnown() {
		return planned, nil
	}
	var values map[string]tftypes.Value
	if err := planned.As(&values); err != nil {
		return planned, err
	}
	written, absent, err := parts[map[string]tftypes.Value](config, p)
	if err != nil {
		return planned, err
	}
	values = maps.Clone(values) // As hands out the value's own.
	for _, a := range o.attributes {
		if !p.wanted(a.tasks) {
			continue
		}
		author, ok := written[a.name]
		if !ok {
			author = absent
		}
		value, err := a.transform(values[a.name], author, p)
		if err != nil {
			return planned, err
		}
		values[a.name] = p.value(a, value, author)
	}
	return tftypes.NewValue(planned.Type(), values), nil
}

// transform changes the objects of a nested attribute. Those of sets have nothing to change.
func (a attribute) transform(planned, config tftypes.Value, p pass) (tftypes.Value, error) {
	if a.nested == nil || !p.wanted(a.nested.tasks) || planned.IsNull() || !planned.IsKnown() {
		return planned, nil
	}
	switch a.nesting {
	case nestedSingle:
		return a.nested.transform(planned, config, p)
	case nestedList:
		var items []tftypes.Value
		if err := planned.As(&items); err != nil {
			return planned, err
		}
		written, absent, err := parts[[]tftypes.Value](config, p)
		if err != nil {
			return planned, err
		}
		items = slices.Clone(items)
		for i := range items {
			author := absent
			if i < len(written) {
				author = written[i]
			}
			if items[i], err = a.nested.transform(items[i], author, p); err != nil {
				return planned, err
			}
		}
		return tftypes.NewValue(planned.Type(), items), nil
	case nestedMap:
		var entries map[string]tftypes.Value
		if err := planned.As(&entries); err != nil {
			return planned, err
		}
		written, absent, err := parts[map[string]tftypes.Value](config, p)
		if err != nil {
			return planned, err
		}
		entries = maps.Clone(entries)
		for key, entry := range entries {
			author, ok := written[key]
			if !ok {
				author = absent
			}
			if entries[key], err = a.nested.transform(entry, author, p); err != nil {
				return planned, err
			}
		}
		return tftypes.NewValue(planned.Type(), entries), nil
	default:
		return planned, nil
	}
}
