package network_test

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func validVPC() *network.VPC {
	return &network.VPC{
		Meta: network.Meta{ID: "v", Project: "p"}, Name: "v", CIDR: "10.0.0.0/16", SecondaryCIDRs: []string{"23.8.0.0/16"},
	}
}

func TestValidateVPC(t *testing.T) {
	cidr := func(text string) func(*network.VPC) { return func(v *network.VPC) { v.CIDR = text } }
	secondary := func(list ...string) func(*network.VPC) { return func(v *network.VPC) { v.SecondaryCIDRs = list } }
	const code, set = "VPC.0101", "secondary_cidrs"
	rows := []row[*network.VPC]{
		{"no block", cidr(""), refused("cidr", code, `"" is not an address block`)},
		{"no address", cidr("ten/8"), refused("cidr", code, `"ten/8" is not an address block`)},
		{
			"single address", cidr("10.0.0.1"),
			refused("cidr", code, `"10.0.0.1" is a single address. To mean just this address, write 10.0.0.1/32`),
		},
		{"single address written as IPv6", cidr("::ffff:10.0.0.1"), refused("cidr", code, "write 10.0.0.1/32")},
		{
			"host bits", cidr("10.0.0.1/16"),
			refused("cidr", code, `"10.0.0.1/16" has bits set beyond its prefix length. The network it lies in is 10.0.0.0/16`),
		},
		{"IPv4 written as IPv6", cidr("::ffff:10.0.0.0/112"), refused("cidr", code, "mixes the two address families")},
		{"IPv6", cidr("fd00::/16"), refused("cidr", code, "fd00::/16 lies in none of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16")},
		{"IPv6 in capitals", cidr("FD00::/16"), refused("cidr", code, `"FD00::/16" means fd00::/16`)},
		{"public block", cidr("8.0.0.0/16"), refused("cidr", code, "8.0.0.0/16 lies in none of")},
		{"wider than a private range", cidr("172.0.0.0/8"), refused("cidr", code, "172.0.0.0/8 lies in none of")},
		{"the whole of 10/8", cidr("10.0.0.0/8"), nil},
		{"the whole of 172.16/12", cidr("172.16.0.0/12"), nil},
		{"beyond 172.16/12", cidr("172.32.0.0/16"), refused("cidr", code, "172.32.0.0/16 lies in none of")},
		{"the whole of 192.168/16", cidr("192.168.0.0/16"), nil},
		{"smallest block of the console", cidr("10.0.0.0/24"), nil},
		{
			"smaller than the console accepts", cidr("10.0.0.0/25"),
			advised("cidr", "10.0.0.0/25 is accepted by the cloud's API but not by its console"),
		},
		{"smallest block of the API", cidr("10.0.0.0/28"), advised("cidr", "whose smallest VPC is a /24")},
		{"too small", cidr("10.0.0.0/29"), refused("cidr", code, "10.0.0.0/29 is smaller than a /28")},

		{"no secondary block", secondary(), nil},
		{"five secondary blocks", secondary("23.1.0.0/16", "23.2.0.0/16", "23.3.0.0/16", "23.4.0.0/16", "23.5.0.0/16"), nil},
		{
			"six secondary blocks",
			secondary("23.1.0.0/16", "23.2.0.0/16", "23.3.0.0/16", "23.4.0.0/16", "23.5.0.0/16", "23.6.0.0/16"),
			refused(set, "VPC.9912", "There are 6 secondary blocks; a VPC has at most 5"),
		},
		{"secondary block that is none", secondary("23.8/16"), refused(set, "VPC.9911", `"23.8/16" is not an address block`)},
		{"secondary block of IPv6", secondary("2001:db8::/32"), refused(set, "VPC.9911", "2001:db8::/32 is an IPv6 block")},
		{"smallest secondary block", secondary("23.8.0.0/28"), nil},
		{"too small a secondary block", secondary("23.8.0.0/29"), refused(set, "VPC.9911", "23.8.0.0/29 is smaller than a /28")},
		{"secondary block in the primary one", secondary("10.0.1.0/24"), conflict(set, "VPC.9914", "10.0.1.0/24 overlaps 10.0.0.0/16")},
		{"secondary block around the primary one", func(v *network.VPC) {
			v.SecondaryCIDRs = []string{"10.0.0.0/15"}
		}, conflict(set, "VPC.9914", "10.0.0.0/15 overlaps 10.0.0.0/16")},
		{
			"a secondary block twice", secondary("23.8.0.0/16", "23.8.0.0/16"),
			conflict(set, "VPC.9914", "23.8.0.0/16 overlaps 23.8.0.0/16"),
		},
		{
			"secondary blocks that overlap", secondary("23.8.0.0/16", "23.8.9.0/24"),
			conflict(set, "VPC.9914", "23.8.9.0/24 overlaps 23.8.0.0/16"),
		},
		{"secondary blocks side by side", secondary("23.8.0.0/17", "23.8.128.0/17"), nil},
		{"another part of the private range", secondary("10.1.0.0/16", "172.16.0.0/16", "192.168.0.0/17"), nil},
		{"the whole of 172.16/12 as secondary block", secondary("172.16.0.0/12"), refused(set, "VPC.9916", "172.16.0.0/12")},
		{"the whole of 192.168/16 as secondary block", secondary("192.168.0.0/16"), refused(set, "VPC.9916", "192.168.0.0/16")},
		{"the whole of 10/8 as secondary block", func(v *network.VPC) {
			v.CIDR, v.SecondaryCIDRs = "192.168.0.0/16", []string{"10.0.0.0/8"}
		}, refused(set, "VPC.9916", "10.0.0.0/8")},
		{"a block around 10/8 as secondary block", func(v *network.VPC) {
			v.CIDR, v.SecondaryCIDRs = "192.168.0.0/16", []string{"8.0.0.0/6"}
		}, refused(set, "VPC.9916", "8.0.0.0/6 holds the whole of 10.0.0.0/8")},
		{
			"a block around 192.168/16 as secondary block", secondary("192.0.0.0/8"),
			refused(set, "VPC.9916", "192.0.0.0/8 holds the whole of 192.168.0.0/16"),
		},
		{"switch on", func(v *network.VPC) { v.BlockServiceEndpoints = new("on") }, nil},
		{"switch off", func(v *network.VPC) { v.BlockServiceEndpoints = new("off") }, nil},
		{
			"switch that is neither", func(v *network.VPC) { v.BlockServiceEndpoints = new("On") },
			refused("block_service_endpoint_states", code, `is "On"; it must be "on" or "off"`),
		},
	}
	// The blocks the cloud reserves, each as a whole, a part of it, and something around it.
	for reserved, blocks := range map[string][]string{
		"100.64.0.0/10": {"100.64.0.0/10", "100.127.255.240/28", "100.0.0.0/8"}, "214.0.0.0/7": {"215.1.0.0/16", "212.0.0.0/6"},
		"198.18.0.0/15": {"198.19.0.0/16", "198.0.0.0/8"}, "169.254.0.0/16": {"169.254.169.0/24", "169.0.0.0/8"},
		"0.0.0.0/8": {"0.1.0.0/16"}, "127.0.0.0/8": {"127.0.0.0/24"}, "240.0.0.0/4": {"240.0.0.0/24", "255.255.255.240/28"},
	} {
		for _, block := range blocks {
			rows = append(rows, row[*network.VPC]{
				"reserved " + block, secondary(block),
				refused(set, "VPC.9916", block+" lies in or around "+reserved),
			})
		}
	}
	for _, free := range []string{
		"100.63.0.0/16", "100.128.0.0/16", "213.0.0.0/16", "216.0.0.0/16", "198.17.0.0/16",
		"198.20.0.0/16", "169.253.0.0/16", "169.255.0.0/16", "1.0.0.0/16", "126.0.0.0/16", "128.0.0.0/16", "239.0.0.0/16",
	} {
		rows = append(rows, row[*network.VPC]{"beside a reserved block: " + free, secondary(free), nil})
	}
	rows = append(rows, nameRows(code, func(v *network.VPC, s string) { v.Name = s })...)
	rows = append(rows, descriptionRows(code, "description", func(v *network.VPC, s string) { v.Description = s })...)
	rows = append(rows, tagRows("tags", func(v *network.VPC, tags map[string]string) { v.Tags = tags })...)
	checkValidate(t, validVPC, rows)
}

// While the primary block is unknown, nothing can be said of overlaps with it.
func TestOverlapInvolvesPrimaryBlock(t *testing.T) {
	v := validVPC()
	v.SecondaryCIDRs = []string{"10.0.1.0/24"}
	if got := v.Validate().Knowing(map[string]bool{"cidr": true}); got != nil {
		t.Errorf("problems although cidr is unknown:\n%s", list(got))
	}
}

func TestNormalizeVPC(t *testing.T) {
	meta := network.Meta{ID: "8f0e", Project: "p"}
	table := (&network.VPC{Meta: meta}).DefaultRouteTable().ID
	checkNormalize(t, []normalized{
		{
			"blocks", &network.VPC{CIDR: "10.0.0.1", SecondaryCIDRs: []string{"24.0.0.0/16", "23.8.0.1"}},
			&network.VPC{CIDR: "10.0.0.1/32", SecondaryCIDRs: []string{"23.8.0.1/32", "24.0.0.0/16"}},
		},
		{
			"what is no block stays", &network.VPC{CIDR: "x", SecondaryCIDRs: []string{""}},
			&network.VPC{CIDR: "x", SecondaryCIDRs: []string{""}},
		},
		{
			"the default route table follows from the id", &network.VPC{Meta: meta, DefaultRouteTableID: "another"},
			&network.VPC{Meta: meta, DefaultRouteTableID: table},
		},
	})
}

func TestVPCKey(t *testing.T) {
	checkKey(t, validVPC, map[string]func(*network.VPC){
		"project_id": func(v *network.VPC) { v.Project = "q" },
		"name":       func(v *network.VPC) { v.Name = "w" },
	}, map[string]func(*network.VPC){
		"cidr":                          func(v *network.VPC) { v.CIDR = "10.1.0.0/16" },
		"secondary_cidrs":               func(v *network.VPC) { v.SecondaryCIDRs = nil },
		"description":                   func(v *network.VPC) { v.Description = "d" },
		"tags":                          func(v *network.VPC) { v.Tags = map[string]string{"a": "b"} },
		"default_route_table_id":        func(v *network.VPC) { v.DefaultRouteTableID = "t" },
		"enhanced_local_route":          func(v *network.VPC) { v.EnhancedLocalRoute = new(true) },
		"block_service_endpoint_states": func(v *network.VPC) { v.BlockServiceEndpoints = new("on") },
		"enable_network_address_usage_metrics": func(v *network.VPC) {
			v.AddressUsageMetrics = new(true)
		},
	})
}

func TestDefaultRouteTable(t *testing.T) {
	v := validVPC()
	table := v.DefaultRouteTable()
	if table.VPCID != "v" || table.Name != "rtb-v" || table.Project != "p" || !table.Default {
		t.Errorf("the default route table is %+v", table)
	}
	v.Name = "renamed"
	if renamed := v.DefaultRouteTable(); renamed.ID != table.ID || renamed.ID == "" {
		t.Errorf("with the name of the VPC the id of its table changes from %q to %q", table.ID, renamed.ID)
	}
}

// What the cloud creates together with a valid object is valid: an export that could not be restored would be lost.
func TestDefaultRouteTableIsValid(t *testing.T) {
	v := validVPC()
	for length, want := range map[int]int{1: 5, 60: 64, 61: 64, 64: 64} {
		v.Name = long(length)
		table := v.DefaultRouteTable()
		checkProblems(t, table.Validate(), nil)
		if got := utf8.RuneCountInString(table.Name); got != want {
			t.Errorf("for a VPC with a name of %d characters the table %q has one of %d; want %d", length, table.Name, got, want)
		}
	}
}

func TestVPCTexts(t *testing.T) {
	v := validVPC()
	if v.Title() != "v" {
		t.Errorf("the title is %q", v.Title())
	}
	checkReferences(t, v)
	v.SecondaryCIDRs = []string{"", "23.8.0.9/16"}
	var got []string
	for _, p := range v.Prefixes() {
		got = append(got, p.String())
	}
	if diff := cmp.Diff([]string{"10.0.0.0/16", "23.8.0.0/16"}, got); diff != "" {
		t.Errorf("the blocks differ (-want +got):\n%s", diff)
	}
}
