package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// Narrow is the question about a part of the asked traffic that is one service: the first protocol of the set with the
// ports of its first part. The ends stay as they are.
func Narrow(q Question, part traffic.Set) Question {
	for b := range part.Boxes() {
		for p := range b.Protocols.All() {
			q.Protocol, q.Ports = p, traffic.PortSet{}
			if p.HasPorts() {
				q.Ports = b.DestinationPorts
			}
			return q
		}
	}
	return q
}
