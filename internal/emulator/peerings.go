package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// DecidePeering accepts or rejects a connection that waits for it. project must own the accepter's VPC (ERR-22). A
// decision that has been made already is no error when it is the same; the cloud does not take it back (PEER-02).
func (c *Cloud) DecidePeering(
	ctx context.Context, id, project string, decision network.PeeringStatus,
) (*network.Peering, error) {
	var decided *network.Peering
	err := c.store.Update(ctx, func(w store.Writer) error {
		o, err := stored{w}.object(ctx, id)
		if err != nil {
			return err
		}
		p, ok := o.(*network.Peering)
		if !ok {
			return NotFound(network.KindPeering, id)
		}
		decided = p
		if p.Status == decision {
			return nil
		}
		if problems := decidable(p, project, decision); problems != nil {
			return problems
		}
		p.Status = decision
		return c.replace(ctx, w, p)
	})
	return decided, err
}

// decidable says why a project cannot decide about a connection.
func decidable(p *network.Peering, project string, decision network.PeeringStatus) network.Problems {
	path := network.At("vpc_peering_connection_id")
	if p.PeerProjectID != project {
		return network.Problems{refuse(network.Conflict, path, "VpcPeeringNotAllowed", "Not the accepter",
			"The peering connection %s asks project %s, and this is project %s. Only the project that owns the peer VPC "+
				"can accept or reject.", called(p), p.PeerProjectID, project).
			Advising("Use a provider configuration with project_id = %q.", p.PeerProjectID)}
	}
	if p.Status != network.PeeringPending {
		return network.Problems{refuse(network.Conflict, path, "VpcPeeringNotPending", "Peering connection already decided",
			"The peering connection %s is %s; it cannot become %s. Only a connection that is %s can be decided: create "+
				"it anew to decide again.", called(p), p.Status, decision, network.PeeringPending)}
	}
	return nil
}
