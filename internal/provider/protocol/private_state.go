package protocol

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// private is what the provider keeps beside a state, in the framework's form: bytes, each entry JSON, by key.
type private map[string][]byte

// importMark is set by the framework in an import, for the read that follows, which takes it away.
const importMark = ".import_before_read"

// readPrivate reads it. Terraform keeps it as it is, so that a text that cannot be read was edited; what it held is
// then not known.
func readPrivate(text []byte) private {
	var out private
	if len(text) == 0 || json.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

func (p private) text() []byte {
	if len(p) == 0 {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // Texts by key can be encoded.
	}
	return text
}

// priorID is the id that the last planning pass has left.
func (p private) priorID() string {
	var text string
	if json.Unmarshal(p[managed.PriorKey], &text) != nil {
		return ""
	}
	return text
}

// withPriorID leaves an id for the next planning pass.
func (p private) withPriorID(id string) private {
	out := private{}
	maps.Copy(out, p)
	encoded, err := json.Marshal(id)
	if err != nil {
		panic(err) // A text can be encoded.
	}
	out[managed.PriorKey] = encoded
	return out
}

// show puts the data into a request, for plan modifiers to read.
func (p private) show(ctx context.Context, req *resource.ModifyPlanRequest) {
	req.Private = newOf(req.Private)
	for key, value := range p {
		if !strings.HasPrefix(key, ".") { // Those are the framework's own.
			req.Private.SetKey(ctx, key, value)
		}
	}
}

// newOf is a new value of a type that has no name outside of the framework.
func newOf[T any](*T) *T { return new(T) }

// withoutImportMark is the private data after the read that follows an import.
func withoutImportMark(text []byte) []byte {
	p := readPrivate(text)
	if _, ok := p[importMark]; !ok {
		return text
	}
	delete(p, importMark)
	return p.text()
}
