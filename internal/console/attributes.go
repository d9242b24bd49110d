package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// value is an attribute's value, ready to be shown. One of the fields is set; none is a value nobody has set.
type value struct {
	Text  string
	Link  *link
	Items []value
	Pairs []attribute
	Table *table
}

// IsUnset says that there is nothing to show.
func (v value) IsUnset() bool {
	return v.Text == "" && v.Link == nil && len(v.Items) == 0 && len(v.Pairs) == 0 && v.Table == nil
}

// attribute is a named value.
type attribute struct {
	Name  string
	Value value
}

// table is a list of objects with the same members, such as the rules of a network ACL.
type table struct {
	Columns []string
	Rows    []tableRow
}

// tableRow is an entry of a list; its number counts from 1, as in findings.
type tableRow struct {
	Number int
	Values []value
}

// member is a member of a JSON object, in the order in which it stands there.
type member struct {
	name  string
	value any
}

// attributes are an object's attributes in the order of its documentation, under the names they have in HCL. Ids are
// links where they name something.
func (l *lab) attributes(o network.Object) []attribute {
	var decoded any
	body, err := network.Encode(o)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		decoded, err = ordered(d)
	}
	if err != nil {
		return []attribute{{"error", value{Text: err.Error()}}}
	}
	members, _ := decoded.([]member)
	out := make([]attribute, 0, len(members))
	for _, m := range members {
		out = append(out, attribute{m.name, l.show(m.value, o.Base().ID)})
	}
	return out
}

// ordered reads one JSON value; objects become lists of their members.
func ordered(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		members := []member{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := ordered(d)
			if err != nil {
				return nil, err
			}
			members = append(members, member{fmt.Sprint(name), v})
		}
		_, err = d.Token()
		return members, err
	case json.Delim('['):
		items := []any{}
		for d.More() {
			v, err := ordered(d)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		_, err = d.Token()
		return items, err
	default:
		return token, nil
	}
}

func (l *lab) show(v any, self string) value {
	switch v := v.(type) {
	case nil:
		return value{}
	case string:
		if o := l.net.Object(v); o != nil && v != self {
			to := l.link(o)
			return value{Link: &to}
		}
		return value{Text: v}
	case []any:
		if t := l.tabulate(v, self); t != nil {
			return value{Table: t}
		}
		out := value{}
		for _, item := range v {
			out.Items = append(out.Items, l.show(item, self))
		}
		return out
	case []member:
		out := value{}
		for _, m := range v {
			out.Pairs = append(out.Pairs, attribute{m.name, l.show(m.value, self)})
		}
		return out
	default:
		return value{Text: fmt.Sprint(v)}
	}
}

// tabulate makes a table of a list of objects, and nil of any other list.
func (l *lab) tabulate(items []any, self string) *table {
	t := &table{}
	for _, item := range items {
		members, ok := item.([]member)
		if !ok {
			return nil
		}
		for _, m := range members {
			if !slices.Contains(t.Columns, m.name) {
				t.Columns = append(t.Columns, m.name)
			}
		}
	}
	if len(t.Columns) == 0 {
		return nil
	}
	for i, item := range items {
		row := make([]value, len(t.Columns))
		members, _ := item.([]member)
		for _, m := range members {
			row[slices.Index(t.Columns, m.name)] = l.show(m.value, self)
		}
		t.Rows = append(t.Rows, tableRow{i + 1, row})
	}
	return t
}
