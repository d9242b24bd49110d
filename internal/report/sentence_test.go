package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Every code of a finding has a wording of its own, and every wording a code.
func TestEveryCodeHasASentence(t *testing.T) {
	codes := reach.Codes()
	for _, code := range codes {
		say, ok := sentences[code]
		if !ok {
			t.Errorf("%s has no sentence", code)
			continue
		}
		text := say(newWords(&reach.Finding{
			Code: code, Name: "the-name", Kind: network.KindVPC, Side: reach.AtSource, Leg: reach.Forward, Target: "10.0.0.0/24",
			Rule: &reach.RuleRef{Direction: network.Ingress, Position: 2, Summary: "allow tcp"},
			With: &reach.Counterpart{Name: "the-other", Rule: &reach.RuleRef{Summary: "deny udp"}}, Reason: "a reason",
			Affected: traffic.All(traffic.IPv4), Contrast: traffic.All(traffic.IPv6),
		}))
		if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") || strings.Contains(text, "%!") ||
			strings.Contains(text, "  ") {
			t.Errorf("%s: %q", code, text)
		}
	}
	for code := range sentences {
		if !slices.Contains(codes, code) {
			t.Errorf("there is a sentence for %s, and no such code", code)
		}
	}
}
