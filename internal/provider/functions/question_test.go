package functions

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func value(v any) tftypes.Value {
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(tftypes.String, nil)
	case string:
		return tftypes.NewValue(tftypes.String, v)
	case int:
		return tftypes.NewValue(tftypes.Number, v)
	case bool:
		return tftypes.NewValue(tftypes.Bool, v)
	case []any:
		items, kinds := make([]tftypes.Value, len(v)), make([]tftypes.Type, len(v))
		for i := range v {
			items[i] = value(v[i])
			kinds[i] = items[i].Type()
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, items)
	case map[string]any:
		members, kinds := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name := range v {
			members[name] = value(v[name])
			kinds[name] = members[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, members)
	}
	panic(v)
}

type object = map[string]any

// A question that is not one is told by the path and the value; a misspelt member never means that less is asked.
func TestAskedRefuses(t *testing.T) {
	t.Parallel()
	a, b := object{"instance_id": "a"}, object{"instance_id": "b"}
	for want, question := range map[string]any{
		"the question is an object with destination, expect": "a to b",
		"the question has no destination":                    object{"source": a},
		`the question has no member "port"; its members are destination, expect, icmp_`: object{
			"source": a, "destination": b, "port": "80",
		},
		`the destination has no member "security_group_id"; its members are address, `: object{
			"source": a, "destination": object{"subnet_id": "b", "security_group_id": []any{"g"}},
		},
		`question.ports is the text "443"; it must be a list of texts`: object{"source": a, "destination": b, "ports": "443"},
		"question.ports[1] is null; leave it out":                      object{"source": a, "destination": b, "ports": []any{"1", nil}},
		"question.ports[0] is true; it must be a text":                 object{"source": a, "destination": b, "ports": []any{true}},
		`question.strict is the text "yes"; it must be true or false`:  object{"source": a, "destination": b, "strict": "yes"},
		`question.source.internet is the text "true"; it must be true or false`: object{
			"source": object{"internet": "true"}, "destination": b,
		},
		`internet, security_group_ids, subnet_id and vpc_id, not the text "x"`: object{
			"source": "x", "destination": b,
		},
	} {
		if _, err := asked(value(question)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", question, err, want)
		}
	}
}

func TestAskedTakesNumbersForTexts(t *testing.T) {
	t.Parallel()
	q, err := asked(value(object{
		"source": object{"instance_id": "a"}, "destination": object{"internet": true}, "ports": []any{443, "80"}, "protocol": 6,
	}))
	if err != nil || strings.Join(q.Ports, " ") != "443 80" || q.Protocol != "6" || !q.Destination.Internet {
		t.Errorf("%+v, %v", q, err)
	}
}
