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
	unknown := m.unknown
	if unknown == nil && e.model.uncertain != nil {
		unknown = e.model.uncertain.byID[m.id]
	}
	if unknown != nil {
		e.collect(Finding{
			Code: CodeValueUnknown, Severity: Info, Side: side, Layer: LayerQuestion, Kind: unknown.Kind, ID: m.id, Name: unknown.Name,
		}, set)
		return
	}
	e.collect(Finding{
		Code: CodeUnknownUntilApply, Severity: Info, Side: side, Layer: LayerQuestion, Kind: m.kind, ID: m.id, Name: m.id,
		With: &Counterpart{Name: from},
	}, set)
}

// explainCautions collects what may still stop traffic that the network lets through: carriers (INET-04, INET-05), whatever
// else stops the traffic too, and what runs inside the instance (INET-07).
func (e *evaluation) explainCautions() {
	for _, f := range carrierCautions(e.asked, e.from.internet(), e.to.internet()) {
		e.collect(f, f.Affected)
	}
	through := e.passing.sure
	to := e.to
	if to.behind != nil {
		to = to.behind
	}
	if i := to.instance; !through.IsEmpty() && i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		e.collect(Finding{
			Code: CodeGuestUnverifiable, Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.label,
		}, through)
	}
}

// carrierCautions are the parts of asked traffic from or to the Internet that carriers block.
func carrierCautions(asked traffic.Set, fromInternet, toInternet bool) []Finding {
	var out []Finding
	add := func(code string, s traffic.Set) {
		if s = asked.Intersect(s); !s.IsEmpty() {
			out = append(out, Finding{Code: code, Severity: Warning, Leg: Forward, Layer: LayerHost, Affected: s})
		}
	}
	if fromInternet || toInternet {
		add(CodeHighRiskPort, carrierBlocked)
	}
	if toInternet {
		add(CodeSMTP25Blocked, smtp)
	}
	return out
}

// IsCaution reports whether a finding is about what carriers do to traffic, whatever the network does.
func (f *Finding) IsCaution() bool { return f.Code == CodeHighRiskPort || f.Code == CodeSMTP25Blocked }
