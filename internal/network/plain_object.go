package network

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// AddValue adds what a plain object describes: a whole resource as Terraform hands it on, or an object an author made
// in the documented shape. Its member "kind" says what it is; members the kind does not have are ignored, null
// members are as good as absent.
func (b *Builder) AddValue(value map[string]any, project string) Problems {
	kind, _ := value["kind"].(string)
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
	default:
		o := New(k)
		if problems := decodeValue(value, k, o); problems != nil {
			return problems
		}
		if o.Base().ID == "" {
			return Problems{invalid(At("id"), "", "Object without id",
				"The %s %s has no id. Any text that no other object has will do.", k.Label(), describeValue(value))}
		}
		if o.Base().Project == "" {
			o.Base().Project = project
		}
		o.Normalize()
		b.AddPlanned(o)
		return o.Validate().Refusals()
	}
}

// DecodeValue is the object a plain object describes, as far as it does: nothing is judged. nil if the members do not have the
// types of the kind's attributes.
func DecodeValue(value map[string]any) Object {
	kind, _ := value["kind"].(string)
	o := New(Kind(kind))
	if problems := decodeValue(value, Kind(kind), o); problems != nil {
		return nil
	}
	o.Normalize()
	return o
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
		path := attributePath(wrongType.Field)
		return Problems{invalid(path, "", "Value of the wrong type", "%s of the %s %s holds %s where %s is expected.",
			path, kind.Label(), describeValue(value), jsonTypeText(wrongType.Value), typeText(wrongType.Type))}
	default:
		return Problems{invalid(nil, "", "Unreadable object", "The %s %s cannot be read: %s.",
			kind.Label(), describeValue(value), err)}
	}
}

// attributePath is the path of an attribute as package json writes it: the names of the fields, joined by dots. Meta is
// embedded and no attribute of its own; positions in lists and keys of maps are left out.
func attributePath(field string) Path {
	var path Path
	for name := range strings.SplitSeq(strings.TrimPrefix(field, "Meta."), ".") {
		path = path.Attr(name)
	}
	return path
}

// jsonTypeText calls the type of a JSON value what Terraform calls it. Of a number that does not fit, package json adds
// the digits.
func jsonTypeText(value string) string {
	switch {
	case value == "array":
		return "a list"
	case value == "object":
		return "an object"
	case strings.HasPrefix(value, "number "):
		return "the " + value
	default:
		return "a " + value
	}
}

// typeText calls the type of an attribute what Terraform calls it.
func typeText(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "a bool"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	case reflect.Map:
		return "a map"
	case reflect.Struct:
		return "an object"
	default:
		return "a string"
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
