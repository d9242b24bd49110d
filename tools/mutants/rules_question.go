package main

// questionMutants are the rules that decide a question, each broken in the way one would get it wrong.
var questionMutants = []mutant{
	// Security groups.
	{
		"security group: at equal priority a deny goes first", "model_compile.go",
		"cmp.Compare(b.Action, a.Action)", "cmp.Compare(a.Action, b.Action)",
	},
	{
		"security group: rules are tried by priority", "model_compile.go",
		"cmp.Compare(a.Rank(), b.Rank())", "cmp.Compare(b.Rank(), a.Rank())",
	},
	{
		"security group: groups are tried in their order on the instance", "filter_security_group.go",
		"for _, id := range at.groups {\n\t\tif rest =", "for _, id := range slices.Backward(at.groups) {\n\t\tif rest =",
	},
	{
		"security group: priorities count inside of one group only", "filter_security_group.go",
		"\tfor _, id := range at.groups {\n\t\tif rest = p.firstMatch(&out, rest, m.securityGroup(id).rules[directionIndex(d)]); " +
			"rest.IsEmpty() {\n\t\t\tbreak\n\t\t}\n\t}\n",
		"\tvar rules []*rule\n\tfor _, id := range at.groups {\n\t\trules = append(rules, m.securityGroup(id).rules[directionIndex(d)]...)\n\t}\n" +
			"\tslices.SortStableFunc(rules, func(a, b *rule) int { return a.sg.Rank() - b.sg.Rank() })\n" +
			"\trest = p.firstMatch(&out, rest, rules)\n",
	},
	{
		"security group: what no rule matches is denied", "filter_security_group.go",
		"out.decide(rest, false)", "out.decide(rest, true)",
	},
	{
		"security group: a remote group is its members", "filter.go",
		"case !slices.Contains(p.peer.groups, r.remote):", "case false && !slices.Contains(p.peer.groups, r.remote):",
	},
	{
		"security group: a remote group's members are those of the VPC the packet is from", "filter.go",
		"m.byVPC[p.peer.vpc]", "m.addresses()",
	},
	{
		"security group: a forwarder hides the sender", "filter.go",
		"return s.Subtract(p.viaForwarder)", "return s",
	},
	{
		"security group: a remote address group is its entries", "rule.go",
		"peers = group.Addresses().Intersect(every)", "peers = every",
	},
	{
		"security group: a rule of one IP version does not match the other", "rule.go",
		"direction: r.Direction, family: traffic.Family(r.Ethertype.IPVersion()), protocol: r.Protocol,",
		"direction: r.Direction, protocol: r.Protocol,",
	},
	{
		"security group: a remote block is the other end, in either direction", "rule.go",
		"if r.Direction == network.Egress {\n\t\tout.source, out.destination", "if false {\n\t\tout.source, out.destination",
	},
	{
		"security group: rules of the other direction do not count", "filter_security_group.go",
		"rest = p.firstMatch(&out, rest, m.securityGroup(id).rules[directionIndex(d)])",
		"rest = p.firstMatch(&out, rest, m.securityGroup(id).rules[directionIndex(d.Other())])",
	},

	// What every filter has in common.
	{
		"filter: a disabled rule does nothing", "filter.go",
		"if r.disabled {", "if false {",
	},
	{
		"filter: the first rule that matches decides", "filter.go",
		"if arriving = arriving.Subtract(part); arriving.IsEmpty() {", "if arriving.IsEmpty() {",
	},
	{
		"filter: what a rule does not match is left to the rules behind it", "filter.go",
		"if arriving = arriving.Subtract(part); arriving.IsEmpty() {", "if arriving = arriving.Subtract(part); true {",
	},
	{
		"filter: a question about all ports is about the ports of every rule", "filter.go",
		"(q.ports() == nil || q.Ports.Overlaps(r.ports))", "q.Ports.Overlaps(r.ports)",
	},
	{
		"filter: rules about another protocol are passed over", "filter.go",
		"return q.Protocol == r.protocol && ", "return q.Protocol != r.protocol && ",
	},
	{
		"filter: a rule names the ICMP type", "rule.go",
		"match.ICMPType, match.ICMPCode = octet(m.icmpType), octet(m.icmpCode)", "match.ICMPCode = octet(m.icmpCode)",
	},
	{
		"filter: a rule names the ICMP code", "rule.go",
		"match.ICMPType, match.ICMPCode = octet(m.icmpType), octet(m.icmpCode)", "match.ICMPType = octet(m.icmpType)",
	},
	{
		"filter: a rule names the destination port", "rule.go",
		"match.DestinationPorts = &m.ports", "",
	},

	// Network ACLs.
	{
		"network ACL: a packet passes the ACL of the subnet it enters", "filter_network_acl.go",
		"if acl == nil {\n\t\treturn nil", "if acl == nil || side == AtDestination {\n\t\treturn nil",
	},
	{
		"network ACL: a packet passes the ACL of the subnet it leaves", "filter_network_acl.go",
		"if acl == nil {\n\t\treturn nil", "if acl == nil || side == AtSource {\n\t\treturn nil",
	},
	{
		"network ACL: what leaves meets the egress rules, what enters the ingress rules", "filter_network_acl.go",
		"a.rules[directionIndex(d)])", "a.rules[directionIndex(d.Other())])",
	},
	{
		"network ACL: rules are tried in the order written", "model_compile.go",
		"for i := range rules {\n\t\t\tr := &rules[i]", "for i := range slices.Backward(rules) {\n\t\t\tr := &rules[i]",
	},
	{
		"network ACL: what no rule matches is denied", "filter_network_acl.go",
		"out.decide(rest, false)", "out.decide(rest, true)",
	},
	{
		"network ACL: a disabled one denies everything", "filter_network_acl.go",
		"if a.acl.IsEnabled() {", "if !a.acl.IsEnabled() {\n\t\tout.bounds = certain(arriving)\n\t\treturn out\n\t}\n\tif true {",
	},
	{
		"network ACL: what stays in its subnet is exempt", "filter_exempt.go",
		"f.source.subnet == f.destination.subnet:\n\t\treturn arriving", "f.source.subnet == f.destination.subnet:\n\t\treturn traffic.Set{}",
	},
	{
		"network ACL: what goes to exempt destinations is exempt", "filter_exempt.go",
		"return arriving.Intersect(aclExempt[index(f.family)])", "return traffic.Set{}",
	},
	{
		"network ACL: of the metadata service only http is exempt", "filter_exempt.go",
		"http := portsOf(80)", "http := traffic.AllPorts()",
	},
	{
		"network ACL: an address group is its entries", "rule.go",
		"return g.Addresses().Intersect(every)", "return every",
	},
	{
		"network ACL: a rule of one IP version does not match the other", "rule.go",
		"if key.family == 0 {\n\t\tkey.family = traffic.IPv4\n\t}", "key.family = 0",
	},
	{
		"network ACL: a rule tells source ports apart", "rule.go",
		"match.SourcePorts = &m.sourcePorts", "",
	},
	{
		"question: clients use the ports from 1024", "question_source_ports.go",
		"traffic.PortRange{First: 0, Last: 1023}", "traffic.PortRange{First: 0, Last: 1024}",
	},

	// What an instance does itself.
	{
		"guest: what no rule of its firewall matches is let through", "filter_guest.go",
		"out.decide(anyPeer.firstMatch(&out, arriving, g.rules[directionIndex(d)]), true)",
		"anyPeer.firstMatch(&out, arriving, g.rules[directionIndex(d)])\n\tout.decide(traffic.Set{}, true)",
	},
	{
		"guest: rules of the other direction do not count", "filter_guest.go",
		"g.rules[directionIndex(d)] = append(g.rules[directionIndex(d)], c)", "g.rules[0] = append(g.rules[0], c)",
	},
	{
		"guest: a port that no service takes refuses", "filter_guest.go",
		"through = bounds{through.sure.Subtract(s.notListening), through.possible.Subtract(s.notListening)}", "",
	},

	// Routes.
	{
		"route: the longest prefix of a table decides", "route_lookup.go",
		"r, _ = t.routes.Lookup(destination)",
		"for _, o := range t.list {\n\t\t\tif o.Prefix().Contains(destination) && (r == nil || o.Prefix().Bits() < r.Prefix().Bits()) {\n" +
			"\t\t\t\tr = o\n\t\t\t}\n\t\t}",
	},
	{
		"route: a local route goes before a longer one", "route_lookup.go",
		"if s, ok := here.local.Lookup(destination); ok {",
		"s, ok := here.local.Lookup(destination)\n\t\tif ok && table != nil {\n" +
			"\t\t\to, found := table.routes.Lookup(destination)\n" +
			"\t\t\tok = !found || o.Prefix().Bits() <= s.blocks[0].Bits()\n\t\t}\n\t\tif ok {",
	},
	{
		"route: what leaves a subnet is looked up in the subnet's own table", "route_lookup.go",
		"here, table := from.vpc, m.tables.get(from.table)", "here, table := from.vpc, m.tables.get(from.vpc.defaultTable)",
	},
	{
		"route: what enters a VPC is looked up in its default table", "route_lookup.go",
		"here, table = next, m.tables.get(next.defaultTable)", "here, table = next, m.tables.get(next.subnets[0].table)",
	},
	{
		"route: a packet arrives in the VPC it is meant for, or not at all", "route_lookup.go",
		"case here.id == to:", "case here.id == to || !first:",
	},
	{
		"route: an own public address goes before the default route", "route_lookup.go",
		"(r == nil || r.Prefix().Bits() == 0)", "r == nil",
	},
	{
		"route: an own public address goes after a longer route", "route_lookup.go",
		"(r == nil || r.Prefix().Bits() == 0)", "true",
	},
	{
		"route: an own public address counts in the own VPC only", "route_lookup.go",
		"table.lookup(destination, ownPublicAddress && first)", "table.lookup(destination, ownPublicAddress)",
	},
	{
		"route: what comes from the Internet needs a public address to go to", "route_verdict.go",
		"if side == AtDestination && !outer.privateElsewhere && (!own || r.family == traffic.IPv6) {", "if false {",
	},
	{
		"route: the Internet does not carry private addresses", "route_verdict.go",
		"if outer.privateElsewhere {", "if false {",
	},
	{
		"route: an IPv6 address is public by itself", "route_verdict.go",
		"if r.family == traffic.IPv6 {", "if false {",
	},
	{
		"route: the cloud's services are at hand", "route_verdict.go",
		"case r.from.cloudService || r.to.cloudService:", "case false:",
	},
	{
		"route: the answer needs a way back", "route_verdict.go",
		"r.addFailures(&out, back, Return, here, source)", "",
	},
	{
		"route: what a forwarder does with a packet is unknown", "route_verdict.go",
		"if t.leavesBy != nil {", "if false {",
	},
	{
		"route: a forwarder may send in its own name", "filter_security_group.go",
		"return s.model.securityGroupsResult(at, &p, s.side.direction(), sent).possible",
		"_ = s.model.securityGroupsResult(at, &p, s.side.direction(), sent)\n\treturn traffic.Set{}",
	},
	{
		"route: the cloud's services have longer routes than the default one", "route_lookup.go",
		"if r != nil && r.Prefix().Bits() < systemRouteBits(destination) {", "if false {",
	},
	{
		"route: what is not part of the network is unknown", "route_verdict.go",
		"if t.missing != nil {", "if false {",
	},
	{
		"route: what may not get through is not allowed", "forwarding.go",
		"out.possible = out.possible.Union(r.set)", "out = out.or(r.set)",
	},
	{
		"route: the addresses of a block are told apart where a route begins or ends", "forwarding.go",
		"out = append(out, t.sets...)", "_ = t.sets",
	},
	{
		"route: the addresses of a block are told apart where a subnet begins or ends", "forwarding.go",
		"out = append(out, s.sets[index(f.family)])", "_ = s",
	},
	{
		"peering: only an active connection carries traffic", "route_lookup.go",
		"if p.Status != network.PeeringActive {", "if false {",
	},
	{
		"peering: a connection of overlapping VPCs carries no IPv6", "route_lookup.go",
		"if destination.Is6() && overlap(here, next) {", "if false {",
	},
	{
		"peering: a strict question refuses transit on the way", "route_verdict.go",
		"case forward != nil && r.strict:", "case false:",
	},
	{
		"peering: a strict question refuses transit of the answer", "route_verdict.go",
		"case back != nil && r.strict:", "case false:",
	},
	{
		"peering: a strict question refuses transit to the outside", "route_verdict.go",
		`if v := out.forward.transitVPC(""); v != nil && r.strict {`, `if v := out.forward.transitVPC(""); v != nil && false {`,
	},

	// The ends of a question.
	{
		"question: an echo request is asked where no ICMP type is", "question.go",
		"request := uint8(8)", "request := uint8(0)",
	},
	{
		"question: an address of an instance is the instance", "endpoint.go",
		"if one && !p.filtered {", "if false {",
	},
	{
		"question: a subnet is all of its addresses", "endpoint.go",
		"set := s.assignable(r.family)",
		"set := s.assignable(r.family)\n\t\tif first, ok := set.First(); ok {\n\t\t\tset = traffic.FromAddr(first)\n\t\t}",
	},
}
