package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// Audit lists what is wrong or without effect in the network as it is, with no question asked.
func (w *World) Audit() []Finding {
	n := w.Network()
	var out []Finding
	for _, a := range network.All[*network.NetworkACL](n) {
		if len(a.SubnetIDs) == 0 {
			out = append(out, Finding{
				Code: CodeACLUnassociated, Severity: Warning, Layer: LayerACL, Kind: network.KindNetworkACL, ID: a.ID,
				Name: w.label(a),
			})
		}
	}
	for _, g := range network.All[*network.SecurityGroup](n) {
		if w.members.get(g.ID) == nil {
			out = append(out, Finding{
				Code: CodeSGUnattached, Severity: Info, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.ID, Name: w.label(g),
			})
		}
	}
	return out
}
