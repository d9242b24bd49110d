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
	})
}

// pass is one change of a whole object, attribute by attribute, those inside first.
type pass struct {
	// wanted reports whether an attribute or an object has to be visited.
	wanted func(tasks) bool
	// value is the attribute's new value.
	value func(a attribute, planned, config tftypes.Value) tftypes.Value
}

func (o object) transform(planned, config tftypes.Value, p pass) (tftypes.Value, error) {
	if !p.wanted(o.tasks) || planned.IsNull() || !planned.IsKnown() {
		return planned, nil
	}
	var values map[string]tftypes.Value
	if err := planned.As(&values); err != nil {
		return planned, err
	}
	var written map[string]tftypes.Value
	if err := members(config, &written); err != nil {
		return planned, err
	}
	values = maps.Clone(values) // As hands out the value's own.
	for _, a := range o.attributes {
		if !p.wanted(a.tasks) {
			continue
		}
		value, err := a.transform(values[a.name], written[a.name], p)
		if err != nil {
			return planned, err
		}
		values[a.name] = p.value(a, value, written[a.name])
	}
	return tftypes.NewValue(planned.Type(), values), nil
}

// transform changes the objects of a nested attribute. Those of sets have nothing to change. Terraform plans what the
// configuration has, or, where that is null, what the state has: a part the configuration does not have is null.
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
		var written []tftypes.Value
		if err := members(config, &written); err != nil {
			return planned, err
		}
		items = slices.Clone(items)
		for i := range items {
			var author tftypes.Value
			if i < len(written) {
				author = written[i]
			}
			var err error
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
		var written map[string]tftypes.Value
		if err := members(config, &written); err != nil {
			return planned, err
		}
		entries = maps.Clone(entries)
		for key, entry := range entries {
			var err error
			if entries[key], err = a.nested.transform(entry, written[key], p); err != nil {
				return planned, err
			}
		}
		return tftypes.NewValue(planned.Type(), entries), nil
	default:
		return planned, nil
	}
}
