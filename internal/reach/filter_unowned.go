package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// unownedStages is the kind of stage of an end at an address that no instance has: a virtual address, an object that was not
// listed, or a misspelt number. Who answers there and which groups filter it is not known (NET-23).
type unownedStages struct{}

// unownedStage is whoever has the address of one end.
type unownedStage struct {
	*flow

	side     Side
	arriving traffic.Set
}

func (unownedStages) on(f *flow, side Side) stage {
	if at, _ := f.endpoints(side); !at.unowned {
		return nil
	}
	return &unownedStage{flow: f, side: side}
}

// pass lets everything through that may get through: nothing is certain.
func (s *unownedStage) pass(arriving traffic.Set) bounds {
	s.arriving = arriving
	return bounds{possible: arriving}
}

func (s *unownedStage) explain() {
	at, _ := s.endpoints(s.side)
	subnet := s.subnet(s.side)
	s.collect(Finding{
		Code: CodeAddressUnowned, Severity: Warning, Side: s.side, Layer: LayerQuestion, Kind: network.KindSubnet, ID: subnet.ID,
		Name: at.label, With: &Counterpart{Kind: network.KindSubnet, ID: subnet.ID, Name: subnet.label},
	}, s.arriving)
}

// hops adds nothing: the end of the path is the address itself.
func (s *unownedStage) hops(out []Hop, _ traffic.Packet) []Hop { return out }

func (unownedStages) audit(*auditor) {}

func (unownedStages) repair(*repairPlanner, *Finding) (Repair, bool) { return Repair{}, false }

// matrix is nil: every instance has its address.
func (unownedStages) matrix(*matrixBuilder) matrixStage { return nil }

func (unownedStages) distinguishes(*matrixBuilder, *instanceNode, netip.Addr) any { return nil }

func (unownedStages) addresses(*Model, func(traffic.AddressSet)) {}
