package network_test

import (
	"regexp"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func TestValidatePort(t *testing.T) {
	const code = "VPC.0705"
	valid := func() *instance {
		i := validInstance()
		i.Port = &network.Port{}
		return i
	}
	pairs := func(addresses ...string) func(*instance) {
		return func(i *instance) {
			for _, a := range addresses {
				i.Port.AddressPairs = append(i.Port.AddressPairs, network.AddressPair{IPAddress: a})
			}
		}
	}
	rows := []row[*instance]{
		{"address pairs", pairs("10.0.0.9", "10.0.0.0/24", "1.1.1.1/0", "fd00::9", "fd00::/64"), nil},
		{
			"address pair that is none", pairs("10.0.0.9", "x"),
			refused("port.allowed_address_pairs[1].ip_address", code, `"x" is neither an IP address nor an address block`),
		},
		{"address pair without an address", pairs(""), refused("port.allowed_address_pairs[0].ip_address", code, `"" is neither`)},
	}
	rows = append(rows, tagRows("port.tags", func(i *instance, tags map[string]string) { i.Port.Tags = tags })...)
	checkValidate(t, valid, rows)
}

func TestNormalizePort(t *testing.T) {
	in := func(addresses ...string) *instance {
		i := &instance{Port: &network.Port{}}
		for _, a := range addresses {
			i.Port.AddressPairs = append(i.Port.AddressPairs, network.AddressPair{IPAddress: a, MACAddress: "FA:16:3E:00:00:01"})
		}
		return i
	}
	checkNormalize(t, []normalized{
		{"an address stays one", in("FD00::9", "10.0.0.9"), in("fd00::9", "10.0.0.9")},
		{"a block stays one", in("FD00::/64", "10.0.0.9/32"), in("fd00::/64", "10.0.0.9/32")},
		{"what is neither stays", in("x", "x/y"), in("x", "x/y")},
		{"no pairs", in(), in()},
	})
}

func TestPortReadings(t *testing.T) {
	for _, c := range []struct {
		port *network.Port
		up   bool
	}{
		{nil, true},
		{&network.Port{}, true},
		{&network.Port{AdminStateUp: new(true)}, true},
		{&network.Port{AdminStateUp: new(false)}, false},
	} {
		if c.port.IsUp() != c.up {
			t.Errorf("%+v is up: %t", c.port, c.port.IsUp())
		}
	}
	a, b := &instance{Meta: network.Meta{ID: "a"}}, &instance{Meta: network.Meta{ID: "b"}}
	if !regexp.MustCompile(`^fa:16:3e(:[0-9a-f]{2}){3}$`).MatchString(a.MACAddress()) || a.MACAddress() == b.MACAddress() {
		t.Errorf("the hardware addresses of two interfaces are %s and %s", a.MACAddress(), b.MACAddress())
	}
}
