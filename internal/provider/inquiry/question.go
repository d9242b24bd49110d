package inquiry

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// What a question or an intent can expect.
const (
	ExpectReachable = "reachable"
	ExpectBlocked   = "blocked"
)

// Traffic is the part of a question that says what is sent.
type Traffic struct {
	Protocol string       `json:"protocol"`
	Ports    []string     `json:"ports"`
	ICMPType *json.Number `json:"icmp_type"`
	ICMPCode *json.Number `json:"icmp_code"`
}

// Question is a question in plain values, named as in configuration.
type Question struct {
	Traffic

	Source      Endpoint `json:"source"`
	Destination Endpoint `json:"destination"`
	Expect      string   `json:"expect"`
	Strict      bool     `json:"strict"`
}

// Endpoint is one end of a Question.
type Endpoint struct {
	InstanceID       string   `json:"instance_id"`
	SubnetID         string   `json:"subnet_id"`
	SecurityGroupIDs []string `json:"security_group_ids"`
	Address          string   `json:"address"`
	VPCID            string   `json:"vpc_id"`
	Internet         bool     `json:"internet"`
}

// Read reads plain values from an object value into a struct with their names. Null and unknown members stay at their
// zero values; members in skip are not looked at.
func Read(value tftypes.Value, into any, skip ...string) error {
	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		return fmt.Errorf("read object: %w", err)
	}
	plain := managed.Document{}
	for name, member := range members {
		if slices.Contains(skip, name) {
			continue
		}
		p, err := managed.Plain(member)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		plain[name] = p
	}
	body, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return fmt.Errorf("read values: %w", err)
	}
	return nil
}

// Choice refuses a text that is none of those accepted. An empty one stands for the default.
func Choice(diags *diag.Diagnostics, at path.Path, value string, accepted ...string) {
	if value != "" && !slices.Contains(accepted, value) {
		name := at.Steps()[len(at.Steps())-1].String()
		diags.AddAttributeError(at, "Invalid "+name, fmt.Sprintf("%s is %q; it must be one of %q.", name, value, accepted))
	}
}

// Validate refuses traffic that says nothing, or two things at once. Paths are below at.
func (t Traffic) Validate(at path.Path, diags *diag.Diagnostics) {
	protocol, err := traffic.ParseProtocol(t.Protocol)
	if err != nil {
		diags.AddAttributeError(at.AtName("protocol"), "Unknown protocol", err.Error()+".")
		return
	}
	if t.Protocol != "" && len(t.Ports) > 0 && !protocol.HasPorts() {
		diags.AddAttributeError(at.AtName("ports"), "Ports without a protocol that has them",
			fmt.Sprintf("The question names ports, and its protocol %s has none. Ask for tcp or udp.", protocol))
	}
	for i, port := range t.Ports {
		if _, err := traffic.ParsePortRange(port); err != nil {
			diags.AddAttributeError(at.AtName("ports").AtListIndex(i), "Invalid port", err.Error()+".")
		}
	}
	for name, field := range map[string]*json.Number{"icmp_type": t.ICMPType, "icmp_code": t.ICMPCode} {
		if field == nil {
			continue
		}
		if n, err := field.Int64(); err != nil || n < 0 || n > 255 {
			diags.AddAttributeError(at.AtName(name), "ICMP field out of range",
				fmt.Sprintf("%s is %s; it must be 0 to 255.", name, field))
		}
		if t.Protocol == "" || !protocol.IsICMP() {
			diags.AddAttributeError(at.AtName(name), "ICMP field without ICMP",
				fmt.Sprintf("%s goes with the protocol icmp or icmpv6.", name))
		}
	}
	if t.ICMPCode != nil && t.ICMPType == nil {
		diags.AddAttributeError(at.AtName("icmp_code"), "ICMP code without a type", "icmp_code goes with icmp_type.")
	}
}

// asked is the traffic in the evaluator's terms.
func (t Traffic) asked() (protocol traffic.Protocol, ports traffic.PortSet, icmp [2]*int, err error) {
	protocol = traffic.TCP
	if t.Protocol != "" {
		if protocol, err = traffic.ParseProtocol(t.Protocol); err != nil {
			return protocol, ports, icmp, fmt.Errorf("protocol: %w", err)
		}
	}
	if ports, err = traffic.ParsePorts(t.Ports); err != nil {
		return protocol, ports, icmp, fmt.Errorf("ports: %w", err)
	}
	for i, field := range []*json.Number{t.ICMPType, t.ICMPCode} {
		if field == nil {
			continue
		}
		n, err := field.Int64()
		if err != nil {
			return protocol, ports, icmp, fmt.Errorf("ICMP field: %w", err)
		}
		icmp[i] = new(int(n))
	}
	return protocol, ports, icmp, nil
}

// Validate refuses an end that is none, or two at once.
func (e Endpoint) Validate(at path.Path, diags *diag.Diagnostics) {
	given := 0
	for _, set := range []bool{e.InstanceID != "", e.SubnetID != "", e.Address != "", e.Internet} {
		if set {
			given++
		}
	}
	if given != 1 {
		diags.AddAttributeError(at, "Endpoint not clear",
			"Exactly one of instance_id, subnet_id, address and internet = true says which end is meant.")
	}
	if e.VPCID != "" && e.Address == "" {
		diags.AddAttributeError(at.AtName("vpc_id"), "VPC without an address", "vpc_id says where address lies.")
	}
	if len(e.SecurityGroupIDs) > 0 && e.SubnetID == "" && e.Address == "" {
		diags.AddAttributeError(at.AtName("security_group_ids"), "Groups of an endpoint that has its own",
			"security_group_ids goes with subnet_id or address; an instance has its own groups.")
	}
	if e.Address != "" {
		validateAddress(at.AtName("address"), e.Address, diags)
	}
}

func validateAddress(at path.Path, text string, diags *diag.Diagnostics) {
	if _, err := traffic.ParseAddressEntry(text); err != nil {
		diags.AddAttributeError(at, "Invalid address", err.Error()+".")
	}
}

// Check refuses a question that says nothing, or two things at once.
func (q Question) Check(diags *diag.Diagnostics) {
	q.Source.Validate(path.Root("source"), diags)
	q.Destination.Validate(path.Root("destination"), diags)
	Choice(diags, path.Root("expect"), q.Expect, ExpectReachable, ExpectBlocked)
	q.Validate(path.Empty(), diags)
}

// Asked is the question in the evaluator's terms.
func (q Question) Asked() (reach.Question, error) {
	protocol, ports, icmp, err := q.asked()
	if err != nil {
		return reach.Question{}, err
	}
	out := reach.Question{
		Source: q.Source.asked(), Destination: q.Destination.asked(), Protocol: protocol, Ports: ports,
		ICMPType: icmp[0], ICMPCode: icmp[1], Strict: q.Strict,
	}
	if q.Expect == ExpectBlocked {
		// Whoever wants to get through what should be closed may send from any port, and ICMP of any type.
		out.SourcePorts, out.AnyICMP = traffic.AllPorts(), true
	}
	return out, nil
}

func (e Endpoint) asked() reach.Endpoint {
	return reach.Endpoint{
		InstanceID: e.InstanceID, SubnetID: e.SubnetID, SecurityGroupIDs: e.SecurityGroupIDs,
		Address: e.Address, VPCID: e.VPCID, Internet: e.Internet,
	}
}
