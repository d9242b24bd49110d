package network

import (
	"encoding/json"
	"fmt"
)

// Encode writes an object as the JSON document the store keeps.
func Encode(o Object) ([]byte, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", o.Kind().Label(), o.Base().ID, err)
	}
	return body, nil
}

// Decode reads an object of a kind from the document Encode wrote.
func Decode(kind Kind, body []byte) (Object, error) {
	o := New(kind)
	if o == nil {
		return nil, fmt.Errorf("%q is not a kind of object; the kinds are %s", kind, kindList(Kinds()))
	}
	if err := json.Unmarshal(body, o); err != nil {
		return nil, fmt.Errorf("decode %s: %w", kind.Label(), err)
	}
	return o, nil
}
