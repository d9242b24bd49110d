package reach_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// world builds networks in which every object's id is its name.
type world struct {
	b *network.Builder
	k int
}

func newWorld() *world { return &world{b: network.NewBuilder()} }

func (w *world) add(id string, o network.Object) {
	o.Base().ID = id
	o.Normalize()
	w.b.Add(o)
}

func (w *world) vpc(name, cidr string, subnets ...string) *world {
	v := &network.VPC{Name: name, CIDR: cidr}
	v.ID = name
	v.Normalize()
	w.b.AddPlanned(v)
	for i, s := range subnets {
		w.add(name+"-"+strconv.Itoa(i+1), &network.Subnet{VPCID: name, Name: name + "-" + strconv.Itoa(i+1), CIDR: s})
	}
	return w
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

// group adds a security group; a rule is "in allow tcp/80,443 0.0.0.0/0 prio", "self" and "egress" are the default ones.
// Options are "off", "ag=group of addresses", "type=8", "code=0", "name=x" and "v=6".
func (w *world) group(name string, rules ...string) *world {
	w.add(name, &network.SecurityGroup{Name: name, DeleteDefaultRules: true})
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
			n, _ := strconv.Atoi(f[4])
			r.Priority = &n
		}
		w.k++
		w.add(fmt.Sprintf("%s-rule-%d", name, w.k), r)
	}
	return w
}

// addresses adds an address group.
func (w *world) addresses(name string, entries ...string) *world {
	g := &network.AddressGroup{Name: name}
	if strings.Contains(entries[0], ":") {
		g.IPVersion = 6
	}
	for _, e := range entries {
		g.Entries = append(g.Entries, network.AddressEntry{Address: e})
	}
	w.add(name, g)
	return w
}

func (w *world) server(name, subnet, ip string, groups ...string) *world {
	w.add(name, &network.Instance{Name: name, SubnetID: subnet, IPAddress: ip, SecurityGroupIDs: groups})
	return w
}

func (w *world) public(name, subnet, ip, public string, groups ...string) *world {
	w.add(name, &network.Instance{
		Name: name, SubnetID: subnet, IPAddress: ip, PublicIP: public,
		SecurityGroupIDs: groups,
	})
	return w
}

// acl adds a network ACL on a subnet ("" for none); a rule is "in deny tcp/445 source destination". Options are "off",
// "sport=1024-65535", "from=group of addresses" and "to=group of addresses".
func (w *world) acl(name, subnet string, rules ...string) *world {
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
	w.add(name, a)
	return w
}

// disabled switches a network ACL off.
func (w *world) disabled(name string) *world {
	off := *network.Get[*network.NetworkACL](w.b.Network(), name)
	off.Enabled = new(false)
	w.b.Add(&off)
	return w
}

// change edits an instance that is there.
func (w *world) change(name string, edit func(*network.Instance)) *world {
	i := *network.Get[*network.Instance](w.b.Network(), name)
	edit(&i)
	w.b.Add(&i)
	return w
}

func (w *world) peer(a, b string, status network.PeeringStatus) *world {
	w.add(a+b, &network.Peering{Name: a + b, VPCID: a, PeerVPCID: b, Status: status})
	return w
}

func (w *world) route(vpc, destination string, t network.RouteType, hop string) *world {
	w.add("r-"+vpc+"-"+destination, &network.Route{VPCID: vpc, Destination: destination, Type: t, NextHop: hop})
	return w
}

func (w *world) network() *network.Network { return w.b.Network() }

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
		kind, code, _ := strings.Cut(icmp, "/")
		p, _ := traffic.ParseProtocol(protocol)
		o := map[string]string{"type": kind, "code": code}
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

// forwarded is two VPCs between which a firewall appliance passes traffic on.
func forwarded(rule string) *world {
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
