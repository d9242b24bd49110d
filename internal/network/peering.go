package network

import "slices"

// PeeringStatus is the state of a peering connection.
type PeeringStatus string

// The states of a peering connection. Only an active one carries traffic (PEER-01).
const (
	PeeringActive   PeeringStatus = "ACTIVE"
	PeeringPending  PeeringStatus = "PENDING_ACCEPTANCE"
	PeeringRejected PeeringStatus = "REJECTED"
	PeeringExpired  PeeringStatus = "EXPIRED"
	PeeringDeleted  PeeringStatus = "DELETED"
)

// Peering connects two VPCs. It carries traffic once it is active and both VPCs have routes through it (PEER-03).
type Peering struct {
	Meta
	Name string `json:"name"`
	// VPCID is the requester's VPC, PeerVPCID the accepter's.
	VPCID     string `json:"vpc_id"`
	PeerVPCID string `json:"peer_vpc_id"`
	// PeerProjectID owns the accepter's VPC; by default the requester's own project.
	PeerProjectID string        `json:"peer_project_id,omitempty"`
	Status        PeeringStatus `json:"status,omitempty"`
	Description   string        `json:"description,omitempty"`
}

// Kind is KindPeering.
func (p *Peering) Kind() Kind { return KindPeering }

// Title is the name.
func (p *Peering) Title() string { return p.Name }

// NaturalKey is the pair of VPCs; a pair has one connection at most (PEER-04).
func (p *Peering) NaturalKey() string { return p.VPCID + "/" + p.PeerVPCID }

// References names both VPCs.
func (p *Peering) References() []Reference {
	return append(reference(At("vpc_id"), p.VPCID, KindVPC), reference(At("peer_vpc_id"), p.PeerVPCID, KindVPC)...)
}

// CrossesProjects reports whether the two VPCs have different owners, so that the other one has to accept.
func (p *Peering) CrossesProjects() bool {
	return p.PeerProjectID != "" && p.PeerProjectID != p.Project
}

// Normalize fills in the accepter's project and the first status: active at once inside a project, waiting for the
// accepter otherwise (PEER-02).
func (p *Peering) Normalize() {
	if p.PeerProjectID == "" {
		p.PeerProjectID = p.Project
	}
	if p.Status == "" {
		p.Status = PeeringActive
		if p.CrossesProjects() {
			p.Status = PeeringPending
		}
	}
}

// Other is the VPC at the far end, seen from one end; "" for a VPC that is no end of the connection.
func (p *Peering) Other(vpc string) string {
	switch vpc {
	case p.VPCID:
		return p.PeerVPCID
	case p.PeerVPCID:
		return p.VPCID
	default:
		return ""
	}
}

// Validate checks the connection by itself.
func (p *Peering) Validate() Problems {
	const code = "VpcPeeringInvalid"
	out := validateName(p.Name, code)
	if p.VPCID == "" {
		out = append(out, invalid(At("vpc_id"), code, "Missing VPC", "vpc_id is empty."))
	}
	if p.PeerVPCID == "" {
		out = append(out, invalid(At("peer_vpc_id"), code, "Missing VPC",
			"A peering connection joins two VPCs; the second is not named."))
	}
	if p.VPCID != "" && p.VPCID == p.PeerVPCID {
		out = append(out, invalid(At("peer_vpc_id"), code, "VPC peered with itself",
			"Both sides are the VPC %s. A peering connection joins two VPCs; the subnets of one VPC reach each "+
				"other without it.", p.VPCID).involving("vpc_id"))
	}
	if p.Status != "" {
		out = append(out, oneOf(At("status"), p.Status, code, "status",
			PeeringActive, PeeringPending, PeeringRejected, PeeringExpired, PeeringDeleted)...)
	}
	return append(out, validateDescription(At("description"), p.Description, code)...)
}

// Joined lists the VPCs that a chain of peering connections, whatever their status, joins with a VPC, itself first. peerings
// are the connections of a VPC.
func Joined(vpc string, peerings func(vpc string) []*Peering) []string {
	out := []string{vpc}
	for i := 0; i < len(out); i++ {
		for _, p := range peerings(out[i]) {
			if next := p.Other(out[i]); next != "" && !slices.Contains(out, next) {
				out = append(out, next)
			}
		}
	}
	return out
}

// PeeringAccepter is a project's answer to another project's request. It is a decision, not an object: it changes the
// connection's status (ERR-22).
type PeeringAccepter struct {
	PeeringID string `json:"vpc_peering_connection_id"`
	// Accept is true to accept and false to reject.
	Accept *bool `json:"accept,omitempty"`
}

// Decision is the status the connection has after the answer.
func (a *PeeringAccepter) Decision() PeeringStatus {
	if a.Accept != nil && !*a.Accept {
		return PeeringRejected
	}
	return PeeringActive
}

// Validate checks that the answer names a connection.
func (a *PeeringAccepter) Validate() Problems {
	if a.PeeringID == "" {
		return Problems{invalid(At("vpc_peering_connection_id"), "VpcPeeringInvalid", "Missing peering connection",
			"vpc_peering_connection_id is empty.")}
	}
	return nil
}
