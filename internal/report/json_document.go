package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Schema is the JSON Schema of the documents that JSON, AuditJSON, DifferenceJSON and OutcomesJSON write.
//
//go:embed schema/report.schema.json
var Schema []byte

// schemaVersion changes when a member is removed or means something else; new members do not change it.
const schemaVersion = 1

// document is the frame of every document.
type document struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`
	*answer
	Audit    []finding `json:"audit,omitzero"`
	Gained   []change  `json:"gained,omitzero"`
	Lost     []change  `json:"lost,omitzero"`
	Outcomes []outcome `json:"outcomes,omitzero"`
}

// JSON is an answer as a document of the kind "answer".
func JSON(a reach.Answer) ([]byte, error) {
	return document{Kind: "answer", answer: answerOf(&a)}.encode()
}

// AuditJSON is an audit as a document of the kind "audit".
func AuditJSON(findings []reach.Finding) ([]byte, error) {
	return document{Kind: "audit", Audit: findingsOf(findings)}.encode()
}

// DifferenceJSON is a difference as a document of the kind "difference".
func DifferenceJSON(d reach.Difference) ([]byte, error) {
	return document{Kind: "difference", Gained: changesOf(d.Gained), Lost: changesOf(d.Lost)}.encode()
}

// OutcomesJSON is how a network stands to intents as a document of the kind "intents".
func OutcomesJSON(list []reach.Outcome) ([]byte, error) {
	out := make([]outcome, len(list))
	for i := range list {
		o := &list[i]
		out[i] = outcome{
			Intent: o.Intent.Name, Expect: string(o.Intent.Expect), Satisfied: o.Satisfied, Undetermined: o.Undetermined,
			Against: o.Against, Findings: findingsOf(o.Findings), Violations: changesOf(o.Violations),
		}
		if o.Witness != nil {
			out[i].Witness = o.Witness.String()
		}
		if o.Example != nil {
			out[i].Example = answerOf(o.Example)
		}
	}
	return document{Kind: "intents", Outcomes: out}.encode()
}

func (d document) encode() ([]byte, error) {
	d.Version = schemaVersion
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", d.Kind, err)
	}
	return append(body, '\n'), nil
}

type answer struct {
	Question question  `json:"question"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Verdict  string    `json:"verdict"`
	Allowed  []packets `json:"allowed"`
	Refused  []packets `json:"refused"`
	Unclear  []packets `json:"unclear"`
	Path     []hop     `json:"path"`
	Findings []finding `json:"findings"`
}

type question struct {
	Source      endpoint `json:"source"`
	Destination endpoint `json:"destination"`
	Protocol    string   `json:"protocol"`
	Ports       string   `json:"ports,omitempty"`
	ICMPType    *int     `json:"icmp_type,omitempty"`
	ICMPCode    *int     `json:"icmp_code,omitempty"`
	Strict      bool     `json:"strict,omitempty"`
}

type endpoint struct {
	InstanceID       string   `json:"instance_id,omitempty"`
	SubnetID         string   `json:"subnet_id,omitempty"`
	SecurityGroupIDs []string `json:"security_group_ids,omitempty"`
	Address          string   `json:"address,omitempty"`
	VPCID            string   `json:"vpc_id,omitempty"`
	Internet         bool     `json:"internet,omitempty"`
}

type packets struct {
	Text             string   `json:"text"`
	Family           int      `json:"family,omitempty"`
	Protocols        string   `json:"protocols"`
	Source           []string `json:"source,omitempty"`
	SourcePorts      string   `json:"source_ports,omitempty"`
	Destination      []string `json:"destination,omitempty"`
	DestinationPorts string   `json:"destination_ports,omitempty"`
	ICMPTypes        string   `json:"icmp_types,omitempty"`
	ICMPCodes        string   `json:"icmp_codes,omitempty"`
}

type hop struct {
	Kind   string `json:"kind,omitempty"`
	ID     string `json:"id,omitempty"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
	Leg    string `json:"leg"`
	Rule   *rule  `json:"rule,omitempty"`
	Drops  bool   `json:"drops,omitempty"`
}

type rule struct {
	Direction string `json:"direction"`
	Position  int    `json:"position,omitempty"`
	Name      string `json:"name,omitempty"`
	ID        string `json:"id,omitempty"`
	Action    string `json:"action,omitempty"`
	Summary   string `json:"summary,omitempty"`
}

type finding struct {
	Code       string          `json:"code"`
	Severity   string          `json:"severity"`
	Message    string          `json:"message"`
	Layer      string          `json:"layer"`
	Leg        string          `json:"leg,omitempty"`
	Side       string          `json:"side,omitempty"`
	Kind       string          `json:"kind,omitempty"`
	ID         string          `json:"id,omitempty"`
	Name       string          `json:"name,omitempty"`
	Rule       *rule           `json:"rule,omitempty"`
	With       *party          `json:"with,omitempty"`
	Others     []rule          `json:"others,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Target     string          `json:"target,omitempty"`
	Affected   []packets       `json:"affected,omitempty"`
	Contrast   []packets       `json:"contrast,omitempty"`
	Considered []consideration `json:"considered,omitempty"`
	Related    []string        `json:"related,omitempty"`
	Fix        *fix            `json:"fix,omitempty"`
}

type party struct {
	Kind string `json:"kind,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	Rule *rule  `json:"rule,omitempty"`
}

type consideration struct {
	Rule            rule `json:"rule"`
	Protocol        bool `json:"protocol"`
	Source          bool `json:"source"`
	Destination     bool `json:"destination"`
	DestinationPort bool `json:"destination_port"`
}

type fix struct {
	Action         string      `json:"action"`
	Text           string      `json:"text"`
	Edit           editObjects `json:"edit"`
	Verified       bool        `json:"verified"`
	Redundant      bool        `json:"redundant,omitempty"`
	StillBlockedBy int         `json:"still_blocked_by"`
	Wider          string      `json:"wider,omitempty"`
	WiderMembers   int         `json:"wider_members,omitempty"`
}

// editObjects is an edit as the objects it adds and changes, in the shape they have in the store.
type editObjects struct {
	Kind       string                       `json:"kind,omitempty"`
	ID         string                       `json:"id,omitempty"`
	Name       string                       `json:"name,omitempty"`
	Direction  string                       `json:"direction,omitempty"`
	Before     int                          `json:"before,omitempty"`
	GroupRules []*network.SecurityGroupRule `json:"group_rules,omitempty"`
	ACLRules   []network.ACLRule            `json:"acl_rules,omitempty"`
	Routes     []*network.Route             `json:"routes,omitempty"`
	Peering    *network.Peering             `json:"peering,omitempty"`
	Group      *network.SecurityGroup       `json:"group,omitempty"`
	VPC        *network.VPC                 `json:"vpc,omitempty"`
	Subnet     *network.Subnet              `json:"subnet,omitempty"`
	Instances  []*network.Instance          `json:"instances,omitempty"`
	Demoted    []*network.SecurityGroupRule `json:"demoted,omitempty"`
}

type change struct {
	Code    string    `json:"code,omitempty"`
	From    []member  `json:"from"`
	To      []member  `json:"to"`
	Traffic []packets `json:"traffic"`
}

type member struct {
	Kind    string `json:"kind,omitempty"`
	ID      string `json:"id,omitempty"`
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
}

type outcome struct {
	Intent       string    `json:"intent"`
	Expect       string    `json:"expect"`
	Satisfied    bool      `json:"satisfied"`
	Undetermined bool      `json:"undetermined,omitempty"`
	Against      string    `json:"against,omitempty"`
	Witness      string    `json:"witness,omitempty"`
	Findings     []finding `json:"findings"`
	Violations   []change  `json:"violations"`
	Example      *answer   `json:"example,omitempty"`
}

func answerOf(a *reach.Answer) *answer {
	q := &a.Question
	out := &answer{
		From: a.From, To: a.To, Verdict: string(a.Verdict), Allowed: packetsOf(a.Allowed), Refused: packetsOf(a.Refused),
		Unclear: packetsOf(a.Unclear), Path: []hop{}, Findings: findingsOf(a.Findings),
		Question: question{
			Source: endpoint(q.Source), Destination: endpoint(q.Destination), Protocol: q.Protocol.String(), ICMPType: q.ICMPType,
			ICMPCode: q.ICMPCode, Strict: q.Strict,
		},
	}
	if q.Protocol.HasPorts() && !q.Ports.IsEmpty() && !q.Ports.IsAll() {
		out.Question.Ports = q.Ports.String()
	}
	for _, h := range a.Path {
		out.Path = append(out.Path, hop{
			Kind: string(h.Kind), ID: h.ID, Name: h.Name, Detail: h.Detail, Leg: h.Leg, Rule: ruleOf(h.Rule), Drops: h.Drops,
		})
	}
	return out
}

func packetsOf(s traffic.Set) []packets {
	out := []packets{}
	for b := range s.Boxes() {
		p := packets{Text: flow(b, shorten), Family: int(b.Family), Protocols: b.Protocols.String()}
		if !b.Source.IsAny(b.Family) {
			p.Source = strings.Split(b.Source.String(), ",")
		}
		if !b.Destination.IsAny(b.Family) {
			p.Destination = strings.Split(b.Destination.String(), ",")
		}
		for _, f := range []struct {
			into *string
			all  bool
			text string
		}{
			{&p.SourcePorts, b.SourcePorts.IsAll(), b.SourcePorts.String()},
			{&p.DestinationPorts, b.DestinationPorts.IsAll(), b.DestinationPorts.String()},
			{&p.ICMPTypes, b.ICMPTypes.IsAll(), b.ICMPTypes.String()},
			{&p.ICMPCodes, b.ICMPCodes.IsAll(), b.ICMPCodes.String()},
		} {
			if !f.all {
				*f.into = f.text
			}
		}
		out = append(out, p)
	}
	return out
}

func ruleOf(r *reach.RuleRef) *rule {
	if r == nil {
		return nil
	}
	return &rule{
		Direction: string(r.Direction), Position: r.Position, Name: r.Name, ID: r.ID, Action: string(r.Action),
		Summary: r.Summary,
	}
}
