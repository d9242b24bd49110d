package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// fromClients is all traffic but what comes from ports that clients do not use. Only network ACLs look at source ports
// (ACL-03), security groups never do (SG-01).
var fromClients = func() traffic.Set {
	others := traffic.NewPortSet(traffic.PortRange{First: 0, Last: 1023})
	s, _ := traffic.Match{Protocols: []traffic.Protocol{traffic.TCP, traffic.UDP}, SourcePorts: &others}.Set()
	return traffic.All(0).Subtract(s)
}()

// clientQuestion stands for every question that names no source ports.
var clientQuestion Question

// relevant is the part of a set that a question is about. Without source ports asked that is what comes from the ports
// that clients use, together with what comes from other ports wherever both are in the set.
func (q *Question) relevant(s traffic.Set) traffic.Set {
	if !q.SourcePorts.IsEmpty() || s.IsEmpty() {
		return s
	}
	return s.Intersect(s.Intersect(fromClients).FromAnyPort())
}

// relevant is Question.relevant. It is the whole set where no filter on the path tells source ports apart.
func (e *evaluation) relevant(s traffic.Set) traffic.Set {
	if !e.tellsSourcePorts {
		return s
	}
	return e.question.relevant(s)
}

// typicalOf is the part of a set that a packet is taken from as an example.
func (e *evaluation) typicalOf(s traffic.Set) traffic.Set {
	if !e.tellsSourcePorts || !e.question.SourcePorts.IsEmpty() {
		return s
	}
	return s.Intersect(fromClients)
}
