package network

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// AddValue adds what a plain object describes: a whole resource as Terraform hands it on, or an object an author made
// in the documented shape. Its member "kind" says what it is; members the kind does not have are ignored, null
// members are as good as absent.
func (b *Builder) AddValue(value map[string]any, project string) Problems {
	kind, _ := value["kind"].(string)
	id, _ := value["id"].(string)
	switch k := Kind(kind); {
	case k == KindPeeringAccepter:
		a := &PeeringAccepter{}
		if problems := decodeValue(value, k, a); problems != nil {
			return problems
		}
		b.AddDecision(a)
		return a.Validate()
	case k == KindSecurityGroupRuleSet:
		s := &SecurityGroupRuleSet{}
		if problems := decodeValue(value, k, s); problems != nil {
			return problems
		}
		b.AddRuleSet(s, project)
		return s.Validate()
	case !slices.Contains(Kinds(), k):
		return Problems{invalid(At("kind"), "", "Unknown kind of object",
			"The object %s has kind %q; the kinds are %s.", describeValue(value), kind, kindList(append(Kinds(),
				KindPeeringAccepter, KindSecurityGroupRuleSet)))}
	case id == "":
		return Problems{invalid(At("id"), "", "Object without id",
			"The %s %s has no id. Any text that no other object has will do.", k.Label(), describeValue(value))}
	default:
		o := New(k)
		if problems := decodeValue(value, k, o); problems != nil {
			return problems
		}
		if o.Base().Project == "" {
			o.Base().Project = project
		}
		o.Normalize()
		b.AddPlanned(o)
		return o.Validate().Refusals()
	}
}

func decodeValue(value map[string]any, kind Kind, into any) Problems {
	body, err := json.Marshal(value)
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(body)).Decode(into)
	}
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return Problems{invalid(At(wrongType.Field), "", "Value of the wrong type",
			"%s of the %s %s is a %s; it must be a %s.",
			wrongType.Field, kind.Label(), describeValue(value), wrongType.Value, wrongType.Type)}
	default:
		return Problems{invalid(nil, "", "Unreadable object", "The %s %s cannot be read: %s.",
			kind.Label(), describeValue(value), err)}
	}
}

func describeValue(value map[string]any) string {
	for _, member := range []string{"name", "id", "cidr", "destination"} {
		if text, ok := value[member].(string); ok && text != "" {
			return fmt.Sprintf("%q", text)
		}
	}
	return "without name or id"
}

func kindList(kinds []Kind) string {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = string(k)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}
