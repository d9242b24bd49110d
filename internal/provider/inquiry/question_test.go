package inquiry

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// An address with host bits is refused with the block it lies in, where it is written, and where it is known too late for that.
func TestHostBits(t *testing.T) {
	const text, block = "198.51.100.91/29", "198.51.100.88/29"
	at := path.Root("intents").AtMapKey("office").AtName("source")
	var diags diag.Diagnostics
	Selector{Addresses: []string{"10.0.0.0/8", text}}.validate(at, &diags)
	Endpoint{Address: text}.Validate(path.Root("source"), &diags)
	if diags.ErrorsCount() != 2 {
		t.Fatalf("%v", diags)
	}
	for i, where := range []path.Path{at.AtName("addresses").AtListIndex(1), path.Root("source").AtName("address")} {
		d, ok := diags[i].(diag.DiagnosticWithPath)
		if !ok || !d.Path().Equal(where) || !strings.Contains(d.Detail(), block) {
			t.Errorf("%v, want the block at %s", diags[i], where)
		}
	}
	model := reach.Compile(network.NewBuilder().Network())
	v, err := Decide(model, Question{Source: Endpoint{Address: text}, Destination: Endpoint{Internet: true}})
	if err != nil || !strings.Contains(v.Report, block) || strings.Contains(v.Report, "List it") {
		t.Errorf("question: %v\n%s", err, v.Report)
	}
	standings, err := Check(model, map[string]Intent{
		"office": {Source: Selector{Addresses: []string{text}}, Destination: Selector{Internet: true}},
	})
	if err != nil || !strings.Contains(standings[0].Report, block) {
		t.Errorf("intent: %v\n%s", err, standings[0].Report)
	}
}
