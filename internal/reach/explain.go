package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// noRule refers to what is left of a list when none of its rules decided.
var noRule = [2]*RuleRef{{Direction: network.Ingress}, {Direction: network.Egress}}

// collectMissing collects a finding about an object that the decision needs and the network does not hold. from is what
// refers to it, unless the object itself knows.
func (e *evaluation) collectMissing(m *missingObject, side Side, from string, set traffic.Set) {
	if m.from != "" {
		from = m.from
	}
	e.collect(Finding{
		Code: CodeUnknownUntilApply, Severity: Info, Side: side, Layer: LayerQuestion, Kind: m.kind, ID: m.id, Name: m.id,
		With: &Counterpart{Name: from},
	}, set)
}

// explainCautions collects what may still stop traffic that the network lets through: carriers (INET-04, INET-05), and what
// runs inside the instance (INET-07).
func (e *evaluation) explainCautions() {
	through := e.passing.sure
	if through.IsEmpty() {
		return
	}
	internet := func(at *resolvedEndpoint) bool { return at.external && !at.cloudService && !at.privateElsewhere }
	if internet(e.from) || internet(e.to) {
		if s := through.Intersect(carrierBlocked); !s.IsEmpty() {
			e.collect(Finding{Code: CodeHighRiskPort, Severity: Warning, Layer: LayerHost}, s)
		}
		if s := through.Intersect(smtp); e.to.external && !s.IsEmpty() {
			e.collect(Finding{Code: CodeSMTP25Blocked, Severity: Warning, Layer: LayerHost}, s)
		}
	}
	if i := e.to.instance; i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		e.collect(Finding{
			Code: CodeGuestUnverifiable, Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.label,
		}, through)
	}
}
