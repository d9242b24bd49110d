package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// NetworkMermaid draws a network as a Mermaid flowchart: VPCs with their subnets and instances, network ACLs and groups
// as words beside what they filter, peering connections as lines, dotted while they are not active.
func NetworkMermaid(n *network.Network) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	vpcs := network.All[*network.VPC](n)
	slices.SortStableFunc(vpcs, func(a, b *network.VPC) int { return strings.Compare(a.Name, b.Name) })
	node := map[string]string{}
	for i, v := range vpcs {
		node[v.ID] = fmt.Sprintf("v%d", i)
		fmt.Fprintf(&b, "  subgraph v%d[\"VPC %s<br/>%s\"]\n", i, quote(v.Name), v.CIDR)
		subnets := network.Referring[*network.Subnet](n, "vpc_id", v.ID)
		slices.SortStableFunc(subnets, func(a, b *network.Subnet) int { return strings.Compare(a.Name, b.Name) })
		for j, s := range subnets {
			drawSubnet(&b, n, s, fmt.Sprintf("v%ds%d", i, j))
		}
		b.WriteString("  end\n")
	}
	for _, p := range network.All[*network.Peering](n) {
		from, to := node[p.VPCID], node[p.PeerVPCID]
		if from == "" || to == "" {
			continue
		}
		line := "---"
		if p.Status != network.PeeringActive {
			line = "-.-"
		}
		fmt.Fprintf(&b, "  %s %s|\"%s\"| %s\n", from, line, quote(p.Name), to)
	}
	return b.String()
}

func drawSubnet(b *strings.Builder, n *network.Network, s *network.Subnet, id string) {
	label := "subnet " + s.Name + "<br/>" + s.CIDR
	for _, acl := range network.Referring[*network.NetworkACL](n, "subnet_ids", s.ID) {
		label += "<br/>ACL " + acl.Name
	}
	fmt.Fprintf(b, "    subgraph %s[\"%s\"]\n", id, quote(label))
	instances := network.Referring[*network.Instance](n, "subnet_id", s.ID)
	slices.SortStableFunc(instances, func(a, b *network.Instance) int { return strings.Compare(a.Name, b.Name) })
	for k, i := range instances {
		label := i.Name + "<br/>" + i.IPAddress
		var groups []string
		for _, g := range i.SecurityGroupIDs {
			if group := network.Get[*network.SecurityGroup](n, g); group != nil {
				groups = append(groups, group.Name)
			}
		}
		if len(groups) > 0 {
			label += "<br/>" + strings.Join(groups, ", ")
		}
		fmt.Fprintf(b, "      %si%d[\"%s\"]\n", id, k, quote(label))
	}
	if len(instances) == 0 {
		fmt.Fprintf(b, "      %se[\" \"]:::empty\n", id)
	}
	b.WriteString("    end\n")
}
