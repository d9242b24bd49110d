package main

// mutants are the rules that are broken, each in the way one would get it wrong.
var mutants = []mutant{
	{
		"at equal priority a deny goes first", "compile.go",
		"cmp.Compare(b.Action, a.Action)", "cmp.Compare(a.Action, b.Action)",
	},
	{
		"rules of a group are tried by priority", "compile.go",
		"cmp.Compare(a.Rank(), b.Rank())", "cmp.Compare(b.Rank(), a.Rank())",
	},
	{
		"a rule that is switched off does nothing", "judge.go",
		"if r.off {", "if false {",
	},
	{
		"a remote group's members are those of the VPC the packet is from", "judge.go",
		"members := m.byVPC[p.place.vpc]",
		"var members traffic.AddressSet\n\t\tfor _, set := range m.byVPC {\n\t\t\tmembers = members.Union(set)\n\t\t}",
	},
	{
		"a packet passes the ACL of the subnet it enters", "walk.go",
		"s.filter = k.w.filters.get(subnet.ID); s.filter != nil {",
		"s.filter = k.w.filters.get(subnet.ID); s.filter != nil && d == network.Egress {",
	},
	{
		"a packet passes the ACL of the subnet it leaves", "walk.go",
		"s.filter = k.w.filters.get(subnet.ID); s.filter != nil {",
		"s.filter = k.w.filters.get(subnet.ID); s.filter != nil && d == network.Ingress {",
	},
	{
		"what stays in its subnet is exempt from the ACL", "walk.go",
		"l.exempt = l.asked\n", "l.exempt = traffic.Set{}\n",
	},
	{
		"an ACL that is switched off denies everything", "judge.go",
		"if f.acl.IsEnabled() {",
		"if !f.acl.IsEnabled() {\n\t\tout.bounds = certain(asked)\n\t\treturn out\n\t}\n\tif true {",
	},
	{
		"the longest prefix of a table leads the way", "travel.go",
		"r, _ = table.routes.Lookup(destination)",
		"for _, o := range table.list {\n\t\t\t\tif o.Prefix().Contains(destination) && (r == nil || o.Prefix().Bits() < r.Prefix().Bits()) {\n" +
			"\t\t\t\t\tr = o\n\t\t\t\t}\n\t\t\t}",
	},
	{
		"a local route goes before a longer one", "travel.go",
		"if s, ok := here.local.Lookup(destination); ok {",
		"s, ok := here.local.Lookup(destination)\n\t\tif ok && table != nil {\n" +
			"\t\t\to, found := table.routes.Lookup(destination)\n" +
			"\t\t\tok = !found || o.Prefix().Bits() <= s.blocks[0].Bits()\n\t\t}\n\t\tif ok {",
	},
	{
		"what enters a VPC is looked up in its default table", "travel.go",
		"here, table = next, w.tables.get(next.defaultTable)",
		"here, table = next, w.tables.get(next.subnets[0].table)",
	},
	{
		"an own public address goes before the default route", "travel.go",
		"if r != nil && first && own && r.Prefix().Bits() == 0 {", "if false {",
	},
	{
		"only an active peering connection carries traffic", "travel.go",
		"if p.Status != network.PeeringActive {", "if false {",
	},
	{
		"a peering connection of overlapping VPCs carries no IPv6", "travel.go",
		"if destination.Is6() && overlap(here, next) {", "if false {",
	},
	{
		"the answer needs a way back", "road.go",
		"r.stopped(&out, back, Return, here, source)", "",
	},
	{
		"an ACL tells source ports apart", "rule.go",
		"m.SourcePorts = &s.sourcePorts", "",
	},
}
