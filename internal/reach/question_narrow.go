package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// Narrow is the question about a part of the asked traffic that is one service: the first protocol of the set with the
// ports, or the least ICMP type and code, of its first part. The ends stay as they are.
func Narrow(q Question, part traffic.Set) Question {
	for b := range part.Boxes() {
		for p := range b.Protocols.All() {
			q.Protocol, q.Ports, q.ICMPType, q.ICMPCode = p, traffic.PortSet{}, nil, nil
			if p.HasPorts() {
				q.Ports = b.DestinationPorts
			}
			if p.IsICMP() {
				q.ICMPType, q.ICMPCode = least(b.ICMPTypes), least(b.ICMPCodes)
			}
			return q
		}
	}
	return q
}

// least is the smallest number of a set.
func least(s traffic.ByteSet) *int {
	for n := range s.All() {
		return new(int(n))
	}
	return nil
}
