package network_test

import (
	"fmt"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type group = network.AddressGroup

func entries(list ...string) []network.AddressEntry {
	out := make([]network.AddressEntry, len(list))
	for i, a := range list {
		out[i].Address = a
	}
	return out
}

func validAddressGroup() *group {
	return &group{
		Meta: network.Meta{ID: "a", Project: "p"}, Name: "a", Entries: entries("10.0.0.5", "10.0.1.0/24", "10.0.2.5-10.0.2.9"),
	}
}

func TestValidateAddressGroup(t *testing.T) {
	const code = "VPC.9901"
	hold := func(list ...string) func(*group) { return func(g *group) { g.Entries = entries(list...) } }
	hosts := func(n int) func(*group) {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("10.0.0.%d", i)
		}
		return hold(list...)
	}
	capacity := func(n, held int) func(*group) {
		return func(g *group) {
			hosts(held)(g)
			g.MaxCapacity = &n
		}
	}
	rows := []row[*group]{
		{"no entries", hold(), nil},
		{"IP version 4", func(g *group) { g.IPVersion = 4 }, nil},
		{"IP version 6", func(g *group) { g.IPVersion, g.Entries = 6, entries("fd00::1", "fd00:1::/64", "fd00:2::1-fd00:2::9") }, nil},
		{"IP version 5", func(g *group) { g.IPVersion = 5 }, refused("ip_version", code, "ip_version is 5; it must be 4 or 6")},
		{"IP version -1", func(g *group) { g.IPVersion = -1 }, refused("ip_version", code, "ip_version is -1")},
		{"20 entries", hosts(20), nil},
		{"21 entries", hosts(21), refused("entries", code, "There are 21 entries; this address group holds at most 20")},
		{"full", capacity(3, 3), nil},
		{"over its capacity", capacity(3, 4), refused("entries", code, "There are 4 entries; this address group holds at most 3")},
		{"capacity 0", capacity(0, 0), nil},
		{
			"capacity 0 and an entry", capacity(0, 1),
			refused("entries", code, "There are 1 entries; this address group holds at most 0"),
		},
		{"capacity 20", capacity(20, 20), nil},
		{"capacity 21", capacity(21, 21), refused("max_capacity", code, "The capacity is 21; it must be 0 to 20")},
		{"negative capacity", capacity(-1, 0), refused("max_capacity", code, "The capacity is -1")},
		{"entry that is none", hold("10.0.0.5", "x"), refused("entries[1].address", code, `"x" is not an address, block or range`)},
		{"entry with host bits", hold("10.0.0.5/24"), refused("entries[0].address", code, `"10.0.0.5/24" has host bits set`)},
		{"range backwards", hold("10.0.0.9-10.0.0.5"), refused("entries[0].address", code, `write "10.0.0.5-10.0.0.9"`)},
		{"range of two families", hold("10.0.0.9-fd00::1"), refused("entries[0].address", code, "write a range in one family")},
		{
			"IPv6 in a group of IPv4", hold("10.0.0.5", "fd00::1"),
			refused("entries[1].address", code, "fd00::1 does not belong to a group with ip_version 4"),
		},
		{
			"IPv4 in a group of IPv6", func(g *group) { g.IPVersion, g.Entries = 6, entries("10.0.0.5") },
			refused("entries[0].address", code, "10.0.0.5 does not belong to a group with ip_version 6"),
		},
		{
			"an entry twice", hold("10.0.0.5", "10.0.0.5"),
			refused("entries[1].address", code, "10.0.0.5 and 10.0.0.5 are the same addresses"),
		},
		{"an address and its block", hold("10.0.0.5", "10.0.0.5/32"), refused("entries[1].address", code, "10.0.0.5 and 10.0.0.5/32")},
		{
			"a block and its range", hold("10.0.0.0/24", "10.0.0.0-10.0.0.255"),
			refused("entries[1].address", code, "10.0.0.0/24 and 10.0.0.0-10.0.0.255 are the same addresses"),
		},
		{"entries that overlap", hold("10.0.0.0/24", "10.0.0.5"), nil},
	}
	rows = append(rows, descriptionRows(code, "entries[1].description",
		func(g *group, s string) { g.Entries[1].Description = s })...)
	rows = append(rows, nameRows(code, func(g *group, s string) { g.Name = s })...)
	rows = append(rows, descriptionRows(code, "description", func(g *group, s string) { g.Description = s })...)
	checkValidate(t, validAddressGroup, rows)
	g := validAddressGroup()
	g.Entries = entries("fd00::1")
	if got := g.Validate().Knowing(map[string]bool{"ip_version": true}); got != nil {
		t.Errorf("problems although ip_version is unknown:\n%s", list(got))
	}
}

func TestNormalizeAddressGroup(t *testing.T) {
	checkNormalize(t, []normalized{
		{"IPv4 by default", &group{}, &group{IPVersion: 4}},
		{"family of the author's", &group{IPVersion: 6}, &group{IPVersion: 6}},
	})
}

func TestAddressGroupKey(t *testing.T) {
	checkKey(t, validAddressGroup, map[string]func(*group){
		"project_id": func(g *group) { g.Project = "q" },
		"name":       func(g *group) { g.Name = "b" },
	}, map[string]func(*group){
		"ip_version":   func(g *group) { g.IPVersion = 6 },
		"entries":      func(g *group) { g.Entries = nil },
		"description":  func(g *group) { g.Description = "d" },
		"max_capacity": func(g *group) { g.MaxCapacity = new(3) },
	})
}

func TestAddressGroupReadings(t *testing.T) {
	g := validAddressGroup()
	g.Entries = append(g.Entries, network.AddressEntry{Address: "x"})
	if got, want := g.Addresses().Short(), "10.0.0.5,10.0.1.0/24,10.0.2.5-10.0.2.9"; got != want {
		t.Errorf("the addresses are %s; want %s", got, want)
	}
	if g.Capacity() != 20 {
		t.Errorf("the capacity is %d by default", g.Capacity())
	}
	g.MaxCapacity = new(7)
	if g.Capacity() != 7 {
		t.Errorf("the capacity is %d; want 7", g.Capacity())
	}
	if g.Title() != "a" {
		t.Errorf("the title is %q", g.Title())
	}
	checkReferences(t, g)
}
