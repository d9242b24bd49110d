package network_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type instance = network.Instance

func validInstance() *instance {
	return &instance{
		Meta: network.Meta{ID: "i", Project: "p"}, Name: "i", SubnetID: "s", IPAddress: "10.0.0.5", SecurityGroupIDs: []string{"g"},
	}
}

func TestValidateInstance(t *testing.T) {
	const code, badAddress, groups = "InstanceInvalid", "VPC.0705", "VPC.0607"
	address := func(text string) func(*instance) { return func(i *instance) { i.IPAddress = text } }
	ipv6 := func(text string) func(*instance) { return func(i *instance) { i.IPv6Address = text } }
	public := func(text string) func(*instance) { return func(i *instance) { i.PublicIP = text } }
	member := func(ids ...string) func(*instance) { return func(i *instance) { i.SecurityGroupIDs = ids } }
	listen := func(list ...network.Listener) func(*instance) { return func(i *instance) { i.Listeners = list } }
	guest := func(rules ...network.GuestRule) func(*instance) { return func(i *instance) { i.GuestFirewall = rules } }
	rows := []row[*instance]{
		{"no subnet", func(i *instance) { i.SubnetID = "" }, refused("subnet_id", code, "subnet_id is empty")},
		{"no address", address(""), refused("ip_address", badAddress, `"" is not an IP address`)},
		{
			"no address beside one of IPv6", func(i *instance) { i.IPAddress, i.IPv6Address = "", "fd00::5" },
			refused("ip_address", badAddress, `"" is not an IP address`),
		},
		{
			"address with a prefix length", address("10.0.0.5/24"),
			refused("ip_address", badAddress, `"10.0.0.5/24" is not an IP address`),
		},
		{"address of IPv6", address("fd00::5"), refused("ip_address", badAddress, "fd00::5 is an IPv6 address")},
		{"both addresses", ipv6("fd00::5"), nil},
		{"IPv6 address of IPv4", ipv6("10.0.0.6"), refused("ipv6_address", badAddress, "10.0.0.6 is an IPv4 address")},
		{"IPv6 address in capitals", ipv6("FD00::5"), refused("ipv6_address", badAddress, `"FD00::5" means fd00::5`)},
		{"IPv6 address that is none", ipv6("x"), refused("ipv6_address", badAddress, `"x" is not an IP address`)},
		{"interface with IPv6 only", func(i *instance) { i.Port, i.IPAddress, i.IPv6Address = &network.Port{}, "", "fd00::5" }, nil},
		{
			"interface without an address", func(i *instance) { i.Port, i.IPAddress = &network.Port{}, "" },
			refused("ip_address", badAddress, `"" is not an IP address`),
		},
		{"interface without a name", func(i *instance) { i.Port, i.Name = &network.Port{}, "" }, nil},
		{
			"interface with a name that is none", func(i *instance) { i.Port, i.Name = &network.Port{}, "a b" },
			refused("name", code, `The name "a b" contains " "`),
		},

		{"public address", public("8.8.8.8"), nil},
		{"documentation address", public("192.0.2.1"), nil},
		{"another documentation address", public("203.0.113.255"), nil},
		{"public address that is none", public("x"), refused("public_ip", code, `"x" is not an IP address`)},
		{"public address of IPv6", public("2001:db8::1"), refused("public_ip", code, "2001:db8::1 is not a public IPv4 address")},

		{"no group", member(), refused("security_group_ids", groups, "Every instance is in at least one security group")},
		{"five groups", member("a", "b", "c", "d", "e"), nil},
		{
			"six groups", member("a", "b", "c", "d", "e", "f"),
			advised("security_group_ids", "There are 6; the cloud recommends at most 5"),
		},
		{"groups without ids", member("a", "", ""), []want{
			{path: "security_group_ids[1]", code: groups, part: "The list of ids holds an empty one"},
			{path: "security_group_ids[2]", code: groups, part: "Write the id of a security group"},
		}},
		{"a group twice", member("a", "b", "a"), refused("security_group_ids[2]", groups, "a is at positions 1 and 3")},

		{"no listeners", listen(), nil},
		{"listeners", listen(network.Listener{Protocol: "tcp", Ports: []string{"80"}},
			network.Listener{Protocol: "17", Ports: []string{"53"}}), nil},
		{
			"listener for icmp", listen(network.Listener{Protocol: "tcp", Ports: []string{"80"}}, network.Listener{Protocol: "icmp"}),
			refused("listeners[1].protocol", code, `The protocol is "icmp"; a listener's protocol is tcp or udp`),
		},
		{
			"listener for every protocol", listen(network.Listener{Ports: []string{"80"}}),
			refused("listeners[0].protocol", code, `The protocol is ""`),
		},
		{
			"listener for an unknown protocol", listen(network.Listener{Protocol: "tpc"}),
			refused("listeners[0].protocol", code, `The protocol is "tpc"`),
		},
		{
			"listener without ports", listen(network.Listener{Protocol: "tcp"}),
			refused("listeners[0].ports", code, "The listener names no port"),
		},
		{
			"listener on a port that is none", listen(network.Listener{Protocol: "tcp", Ports: []string{"80", "x"}}),
			refused("listeners[0].ports[1]", code, `"x" is not a port`),
		},

		{"no guest rules", guest(), nil},
		{"guest rules", guest(network.GuestRule{Action: network.Deny, Protocol: "tcp", Ports: []string{"22"}, RemoteCIDR: "0.0.0.0/0"},
			network.GuestRule{Direction: network.Egress, Action: network.Allow}), nil},
		{"guest rule without an action", guest(network.GuestRule{}), refused("guest_firewall[0].action", code, `action is ""`)},
		{
			"guest rule with an unknown action", guest(network.GuestRule{Action: network.Allow}, network.GuestRule{Action: "drop"}),
			refused("guest_firewall[1].action", code, `guest_firewall[1].action is "drop"; it must be "allow" or "deny"`),
		},
		{
			"guest rule with an unknown direction", guest(network.GuestRule{Direction: "in", Action: network.Allow}),
			refused("guest_firewall[0].direction", code, `is "in"; it must be "ingress" or "egress"`),
		},
		{
			"guest rule for a peer that is none", guest(network.GuestRule{Action: network.Allow, RemoteCIDR: "10.0.0.5"}),
			refused("guest_firewall[0].remote_cidr", code, "write 10.0.0.5/32"),
		},
		{
			"guest rule for an unknown protocol", guest(network.GuestRule{Action: network.Allow, Protocol: "tpc"}),
			refused("guest_firewall[0].protocol", code, `"tpc" is not a protocol`),
		},
		{"guest rule for icmp or icmpv6 from anywhere", guest(network.GuestRule{Action: network.Allow, Protocol: "icmp"},
			network.GuestRule{Action: network.Allow, Protocol: "icmpv6"}), nil},
		{
			"guest rule for icmp of IPv6", guest(network.GuestRule{Action: network.Allow, Protocol: "icmp", RemoteCIDR: "fd00::/64"}),
			refused("guest_firewall[0].protocol", code, "icmp belongs to IPv4"),
		},
		{
			"guest rule for icmpv6 of IPv4", guest(network.GuestRule{Action: network.Allow, Protocol: "icmpv6", RemoteCIDR: "10.0.0.0/8"}),
			refused("guest_firewall[0].protocol", code, "icmpv6 belongs to IPv6"),
		},
	}
	rows = append(rows, portRows(code, "guest_firewall[0].ports", func(i *instance, protocol string, ports []string) {
		i.GuestFirewall = []network.GuestRule{{Action: network.Allow, Protocol: protocol, Ports: ports}}
	})...)
	for _, private := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.0.1", "0.1.2.3", "100.64.0.1", "198.18.0.1", "240.0.0.1", "127.0.0.1", "169.254.0.1",
		"224.0.0.1",
	} {
		rows = append(rows, row[*instance]{
			"private address " + private, public(private),
			refused("public_ip", code, private+" is not a public IPv4 address"),
		})
	}
	rows = append(rows, nameRows(code, func(i *instance, s string) { i.Name = s })...)
	checkValidate(t, validInstance, rows)
}

func TestNormalizeInstance(t *testing.T) {
	checkNormalize(t, []normalized{
		{
			"addresses", &instance{IPv6Address: "FD00:0::5", IPAddress: "10.0.0.5", PublicIP: "::FFFF:1.2.3.4"},
			&instance{IPv6Address: "fd00::5", IPAddress: "10.0.0.5", PublicIP: "::ffff:1.2.3.4"},
		},
		{"what is no address stays", &instance{IPAddress: "x"}, &instance{IPAddress: "x"}},
		{
			"guest rules are about incoming packets",
			&instance{GuestFirewall: []network.GuestRule{{Action: network.Deny}, {Direction: network.Egress}}},
			&instance{GuestFirewall: []network.GuestRule{
				{Direction: network.Ingress, Action: network.Deny}, {Direction: network.Egress},
			}},
		},
		{"nothing known and nothing there", &instance{Listeners: []network.Listener{}}, &instance{Listeners: []network.Listener{}}},
		{"groups keep their order", &instance{SecurityGroupIDs: []string{"b", "a"}}, &instance{SecurityGroupIDs: []string{"b", "a"}}},
	})
}

func TestInstanceKey(t *testing.T) {
	checkKey(t, validInstance, map[string]func(*instance){
		"subnet_id":  func(i *instance) { i.SubnetID = "u" },
		"ip_address": func(i *instance) { i.IPAddress = "10.0.0.6" },
	}, map[string]func(*instance){
		"project_id":         func(i *instance) { i.Project = "q" },
		"name":               func(i *instance) { i.Name = "j" },
		"ipv6_address":       func(i *instance) { i.IPv6Address = "fd00::5" },
		"security_group_ids": func(i *instance) { i.SecurityGroupIDs = nil },
		"public_ip":          func(i *instance) { i.PublicIP = "8.8.8.8" },
		"listeners":          func(i *instance) { i.Listeners = []network.Listener{} },
		"guest_firewall":     func(i *instance) { i.GuestFirewall = []network.GuestRule{} },
		"port":               func(i *instance) { i.Port = &network.Port{} },
	})
	a, b := &instance{SubnetID: "s", IPv6Address: "fd00::5"}, &instance{SubnetID: "s", IPv6Address: "fd00::6"}
	if a.NaturalKey() == b.NaturalKey() {
		t.Errorf("interfaces with two IPv6 addresses have one key, %q", a.NaturalKey())
	}
}

func TestInstanceReadings(t *testing.T) {
	i := validInstance()
	i.IPv6Address, i.PublicIP, i.SecurityGroupIDs = "fd00::5", "8.8.8.8", []string{"g", "h"}
	if i.Address().String() != "10.0.0.5" || i.IPv6().String() != "fd00::5" || i.Public().String() != "8.8.8.8" {
		t.Errorf("the addresses are %s, %s and %s", i.Address(), i.IPv6(), i.Public())
	}
	none := &instance{IPAddress: "x"}
	if none.Address().IsValid() || none.IPv6().IsValid() || none.Public().IsValid() {
		t.Errorf("without addresses they are %s, %s and %s", none.Address(), none.IPv6(), none.Public())
	}
	checkReferences(t, i, "subnet_id subnet s", "security_group_ids[0] security_group g", "security_group_ids[1] security_group h")
	checkReferences(t, none)
	for _, c := range []struct {
		name, ipv4, ipv6, title, address string
	}{
		{"i", "10.0.0.5", "fd00::5", "i", "10.0.0.5"},
		{"", "10.0.0.5", "fd00::5", "10.0.0.5", "10.0.0.5"},
		{"", "", "fd00::5", "fd00::5", "fd00::5"},
	} {
		i.Name, i.IPAddress, i.IPv6Address = c.name, c.ipv4, c.ipv6
		if i.Title() != c.title || i.MainAddress() != c.address {
			t.Errorf("title %q, address %q; want %q, %q", i.Title(), i.MainAddress(), c.title, c.address)
		}
	}
}
