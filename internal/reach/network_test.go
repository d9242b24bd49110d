package reach_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// testNetwork builds networks in which every object's id is its name.
type testNetwork struct {
	builder *network.Builder
	// rules is the number of security group rules, which have no names.
	rules int
	// unknown are the objects that hide has taken values from.
	unknown []reach.Unknown
}

func newNetwork() *testNetwork { return &testNetwork{builder: network.NewBuilder()} }

func (n *testNetwork) add(id string, o network.Object) {
	o.Base().ID = id
	o.Normalize()
	n.builder.Add(o)
}

func (n *testNetwork) vpc(name, cidr string, subnets ...string) *testNetwork {
	v := &network.VPC{Name: name, CIDR: cidr}
	v.ID = name
	v.Normalize()
	n.builder.AddPlanned(v)
	for i, s := range subnets {
		n.add(name+"-"+strconv.Itoa(i+1), &network.Subnet{VPCID: name, Name: name + "-" + strconv.Itoa(i+1), CIDR: s})
	}
	return n
}

// options takes the words "name=value" and "off" from the end of a rule.
func options(f []string) ([]string, map[string]string) {
	out := map[string]string{}
	for len(f) > 0 {
		last := f[len(f)-1]
		name, value, found := strings.Cut(last, "=")
		if !found && last != "off" {
			break
		}
		out[name] = value
		f = f[:len(f)-1]
	}
	return f, out
}

func optional(o map[string]string, name string) *int {
	if n, err := strconv.Atoi(o[name]); err == nil {
		return &n
	}
	return nil
}

// group adds a security group; a rule is "in allow tcp/80,443 0.0.0.0/0 priority", "self" and "egress" are the default ones.
// Options are "off", "ag=group of addresses", "type=8", "code=0", "name=x" and "v=6".
func (n *testNetwork) group(name string, rules ...string) *testNetwork {
	n.add(name, &network.SecurityGroup{Name: name, DeleteDefaultRules: true})
	for _, text := range rules {
		switch text {
		case "self":
			text = "in allow any " + name
		case "egress":
			text = "out allow any any"
		}
		f, o := options(strings.Fields(text))
		r := &network.SecurityGroupRule{
			SecurityGroupID: name, Direction: map[string]network.Direction{"in": network.Ingress, "out": network.Egress}[f[0]],
			Action: network.Action(f[1]), RemoteAddressGroupID: o["ag"], ICMPType: optional(o, "type"),
			ICMPCode: optional(o, "code"), Name: o["name"],
		}
		if o["v"] == "6" {
			r.Ethertype = network.EthertypeIPv6
		}
		if _, off := o["off"]; off {
			r.Enabled = new(false)
		}
		protocol, ports, found := strings.Cut(f[2], "/")
		r.Protocol = protocol
		if found {
			r.Ports = strings.Split(ports, ",")
		}
		switch {
		case len(f) < 4 || f[3] == "any":
		case strings.ContainsAny(f[3], "./:"):
			r.RemoteIPPrefix = f[3]
		default:
			r.RemoteGroupID = f[3]
		}
		if len(f) > 4 {
			priority, _ := strconv.Atoi(f[4])
			r.Priority = &priority
		}
		n.rules++
		n.add(fmt.Sprintf("%s-rule-%d", name, n.rules), r)
	}
	return n
}

// addresses adds an address group.
func (n *testNetwork) addresses(name string, entries ...string) *testNetwork {
	g := &network.AddressGroup{Name: name}
	if strings.Contains(entries[0], ":") {
		g.IPVersion = 6
	}
	for _, e := range entries {
		g.Entries = append(g.Entries, network.AddressEntry{Address: e})
	}
	n.add(name, g)
	return n
}

func (n *testNetwork) server(name, subnet, ip string, groups ...string) *testNetwork {
	n.add(name, &network.Instance{Name: name, SubnetID: subnet, IPAddress: ip, SecurityGroupIDs: groups})
	return n
}

func (n *testNetwork) public(name, subnet, ip, public string, groups ...string) *testNetwork {
	n.add(name, &network.Instance{
		Name: name, SubnetID: subnet, IPAddress: ip, PublicIP: public,
		SecurityGroupIDs: groups,
	})
	return n
}

// acl adds a network ACL on a subnet ("" for none); a rule is "in deny tcp/445 source destination". Options are "off",
// "sport=1024-65535", "from=group of addresses" and "to=group of addresses".
func (n *testNetwork) acl(name, subnet string, rules ...string) *testNetwork {
	a := &network.NetworkACL{Name: name}
	if subnet != "" {
		a.SubnetIDs = strings.Split(subnet, ",")
	}
	for _, text := range rules {
		f, o := options(strings.Fields(text))
		r := network.ACLRule{
			Action: network.Action(f[1]), SourceAddressGroupID: o["from"], DestinationAddressGroupID: o["to"],
		}
		if _, off := o["off"]; off {
			r.Enabled = new(false)
		}
		if o["sport"] != "" {
			r.SourcePorts = []string{o["sport"]}
		}
		protocol, ports, found := strings.Cut(f[2], "/")
		r.Protocol = protocol
		if found {
			r.DestinationPorts = strings.Split(ports, ",")
		}
		if len(f) > 3 && f[3] != "any" {
			r.SourceCIDR = f[3]
		}
		if len(f) > 4 && f[4] != "any" {
			r.DestinationCIDR = f[4]
		}
		if f[0] == "in" {
			a.IngressRules = append(a.IngressRules, r)
		} else {
			a.EgressRules = append(a.EgressRules, r)
		}
	}
	n.add(name, a)
	return n
}

// disabled switches a network ACL off.
func (n *testNetwork) disabled(name string) *testNetwork {
	off := *network.Get[*network.NetworkACL](n.builder.Network(), name)
	off.Enabled = new(false)
	n.builder.Add(&off)
	return n
}

// change edits an instance of the network.
func (n *testNetwork) change(name string, edit func(*network.Instance)) *testNetwork {
	i := *network.Get[*network.Instance](n.builder.Network(), name)
	edit(&i)
	n.builder.Add(&i)
	return n
}

func (n *testNetwork) peer(a, b string, status network.PeeringStatus) *testNetwork {
	n.add(a+b, &network.Peering{Name: a + b, VPCID: a, PeerVPCID: b, Status: status})
	return n
}

func (n *testNetwork) route(vpc, destination string, t network.RouteType, hop string) *testNetwork {
	n.add("r-"+vpc+"-"+destination, &network.Route{VPCID: vpc, Destination: destination, Type: t, NextHop: hop})
	return n
}

func (n *testNetwork) build() *network.Network { return n.builder.Network() }

// compile is the network ready for questions, with what is hidden of it.
func (n *testNetwork) compile() *reach.Model { return reach.Compile(n.build(), n.unknown...) }

// hide makes attributes of an object unknown.
func (n *testNetwork) hide(name string, attributes ...string) *testNetwork {
	o := n.build().Object(name)
	body, err := network.Encode(o)
	members := map[string]any{}
	if err == nil {
		err = json.Unmarshal(body, &members)
	}
	u := reach.Unknown{Kind: o.Kind(), Name: o.Title(), Attributes: map[string]bool{}}
	for _, attribute := range attributes {
		u.Attributes[attribute] = true
		delete(members, attribute)
	}
	if err == nil {
		body, err = json.Marshal(members)
	}
	known := network.New(o.Kind())
	if err == nil {
		err = json.Unmarshal(body, known)
	}
	if err != nil {
		panic(err)
	}
	known.Base().ID = name
	u.Object = known
	n.builder.Remove(name)
	n.unknown = append(n.unknown, u)
	return n
}

// end reads "@" for the Internet, an address, or the name of an instance.
func end(text string) reach.Endpoint {
	switch {
	case text == "@":
		return reach.Endpoint{Internet: true}
	case strings.ContainsAny(text, ".:"):
		return reach.Endpoint{Address: text}
	}
	return reach.Endpoint{InstanceID: text}
}

// ask reads a question such as "a b tcp/80" or "a b icmp:3/4".
func ask(text string) reach.Question {
	f := strings.Fields(text)
	if protocol, icmp, found := strings.Cut(f[2], ":"); found {
		icmpType, code, _ := strings.Cut(icmp, "/")
		p, _ := traffic.ParseProtocol(protocol)
		o := map[string]string{"type": icmpType, "code": code}
		return reach.Question{
			Source: end(f[0]), Destination: end(f[1]), Protocol: p, ICMPType: optional(o, "type"), ICMPCode: optional(o, "code"),
		}
	}
	protocol, ports, found := strings.Cut(f[2], "/")
	p, _ := traffic.ParseProtocol(protocol)
	q := reach.Question{Source: end(f[0]), Destination: end(f[1]), Protocol: p, Ports: traffic.AllPorts()}
	if found {
		q.Ports, _ = traffic.ParsePorts(strings.Split(ports, ","))
	}
	return q
}

// forwarded is two VPCs between which a route leads through a firewall appliance.
func forwarded(rule string) *testNetwork {
	return routedTraffic(twoVPCs(network.PeeringActive, "src", "dst")).group("src", "egress").group("dst", rule).
		server("fw", "A-1", "172.16.0.99", "open").route("A", "10.0.0.0/24", network.RouteECS, "fw")
}

func listens(port string) func(*network.Instance) {
	return func(i *network.Instance) {
		i.Listeners = []network.Listener{{Protocol: "tcp", Ports: []string{port}}}
	}
}

func drops(block string) func(*network.Instance) {
	return func(i *network.Instance) {
		i.GuestFirewall = []network.GuestRule{{Action: network.Deny, RemoteCIDR: block}}
	}
}
