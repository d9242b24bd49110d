package main

// matrixMutants are the rules by which a matrix spares questions, each broken in the way one would get it wrong.
var matrixMutants = []mutant{
	// Which ends are one class before any cell is worked out.
	{
		"class: addresses are told apart where a security group rule's block begins or ends", "matrix_filters.go",
		"ruleAddresses(g.rules[0], seen, add)\n\t\truleAddresses(g.rules[1], seen, add)", "_, _ = g, seen",
	},
	{
		"class: addresses are told apart where an ACL rule's block begins or ends", "matrix_filters.go",
		"ruleAddresses(a.rules[0], seen, add)\n\t\t\truleAddresses(a.rules[1], seen, add)", "_, _ = a, seen",
	},
	{
		"class: addresses are told apart where a guest rule's block begins or ends", "matrix_filters.go",
		"ruleAddresses(i.guest.rules[0], seen, add)\n\t\t\truleAddresses(i.guest.rules[1], seen, add)", "_, _ = i, seen",
	},
	{
		"class: a block ends behind its last address", "matrix_classes.go",
		"r.To().Next()", "r.To()",
	},
	{
		"class: a rule's destination counts like its source", "matrix_classes.go",
		"add(r.destination)", "",
	},
	{
		"class: members are in the same security groups", "matrix_filters.go",
		"return i.groupsKey()\n}", "return nil\n}",
	},
	{
		"class: members have their security groups in one order", "matrix_filters.go",
		"return i.groupsKey()\n}", "return strings.Join(slices.Sorted(slices.Values(i.SecurityGroupIDs)), \" \")\n}",
	},
	{
		"class: members have the same guest firewall", "matrix_filters.go",
		"any { return i.guest }", "any { return nil }",
	},
	{
		"class: routes to a part of a subnet tell its addresses apart", "matrix_forwarding.go",
		"if ok && p.Bits() > i.subnet.block(b.family).Bits() {", "if ok && p.Bits() < 0 {",
	},
	{
		"class: an own public address tells members apart", "matrix_forwarding.go",
		"routeClass{subnet: i.subnet, public: i.public.IsValid()}", "routeClass{subnet: i.subnet}",
	},
	{
		"class: members are in one subnet", "matrix_forwarding.go",
		"routeClass{subnet: i.subnet, public: i.public.IsValid()}", "routeClass{subnet: i.subnet.vpc.subnets[0], public: i.public.IsValid()}",
	},

	// Which classes are joined when all cells are there.
	{
		"joining: classes that send differently stay apart", "matrix_cells.go",
		"key := [2]uint64{rows[i], columns[i]}", "key := [2]uint64{0, columns[i]}",
	},
	{
		"joining: classes that receive differently stay apart", "matrix_cells.go",
		"key := [2]uint64{rows[i], columns[i]}", "key := [2]uint64{rows[i], 0}",
	},
	{
		"joining: rows are compared class by class", "matrix_cells.go",
		"mixedHash(cells[i][j], j)", "mixedHash(cells[i][j], 0)",
	},
	{
		"joining: columns are compared class by class", "matrix_cells.go",
		"mixedHash(cells[i][j], i)", "mixedHash(cells[i][j], 0)",
	},
	{
		"joining: the columns that go are those of the rows that go", "matrix_cells.go",
		"row[j] = row[at]", "row[j] = row[min(at, j)]",
	},

	// Security groups and guests.
	{
		"security group: a remote group's rule matches the classes of its members", "matrix_filters.go",
		"p.refine(i, b.byGroup[r.remote])", "always[i] = true",
	},
	{
		"security group: every class of a remote group's members counts", "matrix_filters.go",
		"p.refine(i, b.byGroup[r.remote])", "p.refine(i, b.byGroup[r.remote][:min(1, len(b.byGroup[r.remote]))])",
	},
	{
		"security group: a row has the egress rules of its own groups", "matrix_filters.go",
		"m.egressOf != list {", "m.egressOf < 0 {",
	},
	{
		"security group: a cell has the ingress rules of the other end's groups", "matrix_filters.go",
		"m.ingressOfRow[m.list[to]]", "m.ingressOfRow[m.list[r.from]]",
	},
	{
		"security group: groups are tried in their order on the instance", "matrix_filters.go",
		"for _, id := range groups {\n\t\trules = append(", "for _, id := range slices.Backward(groups) {\n\t\trules = append(",
	},
	{
		"security group: what no rule matches is denied", "matrix_filters.go",
		"return m.ruleList(rules, d, false)", "return m.ruleList(rules, d, true)",
	},
	{
		"filter: ingress rules look at the source, egress rules at the destination", "matrix_filters.go",
		"b.matching(r, d == network.Egress)", "b.matching(r, d == network.Ingress)",
	},
	{
		"filter: a block begins with its first address", "matrix_filters.go",
		"if b.address(c).Less(block.From()) {", "if !block.From().Less(b.address(c)) {",
	},
	{
		"filter: a block ends with its last address", "matrix_filters.go",
		"if block.To().Less(b.address(c)) {", "if !b.address(c).Less(block.To()) {",
	},
	{
		"filter: a rule that matches every class counts", "matrix_filters.go",
		"out := slices.Clone(always)", "out := make([]bool, len(always))",
	},
	{
		"filter: what allows and what denies is remembered apart", "matrix_filters.go",
		"[...]bool{r.allow, r.unknownGroup,", "[...]bool{false, r.unknownGroup,",
	},
	{
		"filter: what lets the rest through and what does not is remembered apart", "matrix_filters.go",
		"b.key = append(b.key, 1)", "",
	},
	{
		"guest: services count", "matrix_filters.go",
		"if d == network.Ingress && g.knowsServices {", "if false {",
	},
	{
		"guest: services count for what comes in only", "matrix_filters.go",
		"if d == network.Ingress && g.knowsServices {", "if g.knowsServices {",
	},
	{
		"guest: egress rules count", "matrix_filters.go",
		"*out = m.pool.intersect(*out, egress[to])", "",
	},
	{
		"guest: ingress rules count", "matrix_filters.go",
		"*out = m.pool.intersect(*out, m.ingressOfRow[g])", "_ = g",
	},
	{
		"guest: what no rule matches is let through", "matrix_filters.go",
		"m.ruleList(g.rules[directionIndex(d)], d, true)", "m.ruleList(g.rules[directionIndex(d)], d, false)",
	},

	// Network ACLs.
	{
		"network ACL: what stays in its subnet is exempt", "matrix_filters.go",
		"if *out == nothing || m.subnet[to] == own {", "if *out == nothing || own < 0 {",
	},
	{
		"network ACL: what goes to exempt destinations is exempt", "matrix_filters.go",
		"if m.exempt != nil && m.exempt[to] != nothing {", "if false {",
	},
	{
		"network ACL: exempt is what the other filters let through", "matrix_filters.go",
		"return m.pool.union(filtered, m.pool.intersect(out, m.exempt[to]))", "return m.pool.union(filtered, m.exempt[to])",
	},
	{
		"network ACL: a packet passes the ACL of the subnet it leaves", "matrix_filters.go",
		"*out = m.pool.intersect(*out, egress[parts[to]])", "",
	},
	{
		"network ACL: a packet passes the ACL of the subnet it enters", "matrix_filters.go",
		"*out = m.pool.intersect(*out, m.ingressOfRow[bound])", "_ = bound",
	},
	{
		"network ACL: a disabled one denies everything", "matrix_filters.go",
		"if !acl.acl.IsEnabled() {", "if false {",
	},
	{
		"network ACL: a rule matches with both of its ends", "matrix_filters.go",
		"both[i] = ownMatches[i] && peerMatches[peer][i]", "both[i] = (ownMatches[i] || true) && peerMatches[peer][i]",
	},
	{
		"network ACL: the own end of ingress is the destination", "matrix_filters.go",
		"{out.own, ownAlways, d == network.Ingress}, {out.peer, peerAlways, d == network.Egress}",
		"{out.own, ownAlways, d == network.Egress}, {out.peer, peerAlways, d == network.Ingress}",
	},

	// Routes.
	{
		"route: there and back are two ways", "matrix_forwarding.go",
		"m.route(m.example[from], m.example[m.of[to]])", "m.route(m.example[m.of[to]], m.example[from])",
	},
	{
		"route: where no route leads nothing arrives", "matrix_forwarding.go",
		"r.outcomes[to] = nothing", "",
	},
	{
		"route: what may not get through is not certain", "matrix_forwarding.go",
		"r.outcomes[to] = m.pool.intersect(r.outcomes[to], anything)", "",
	},
	{
		"route: what passes a forwarder is decided by a question", "matrix_forwarding.go",
		"case len(got.forwarders) > 0:", "case false:",
	},

	// The cells.
	{
		"cell: what reaches the Internet is decided too", "matrix_cells.go",
		"if (i >= n || j >= n) && i != j {", "if i >= n && i != j {",
	},
	{
		"cell: what may get through is told from what does", "matrix_outcomes.go",
		"Unclear: b.possible.Subtract(b.sure)", "Unclear: b.possible",
	},
	{
		"cell: what is uncertain of a filter stays so", "matrix_outcomes.go",
		"x.possible.Union(y.possible)", "x.sure.Union(y.sure)",
	},
}
