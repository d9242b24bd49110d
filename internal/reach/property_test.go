package reach_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var bothFamilies = []traffic.Family{traffic.IPv4, traffic.IPv6}

// between is what a question about all traffic between two instances lets through, without its addresses.
func between(model *reach.Model, from, to string, f traffic.Family) (allowed, unclear traffic.Set) {
	a := model.Decide(reach.Question{
		Source: end(from), Destination: end(to), Protocol: traffic.AnyProtocol, Family: f, SourcePorts: traffic.AllPorts(),
	})
	strip := func(s traffic.Set) traffic.Set {
		if from != "@" {
			s = s.FromAnywhere()
		}
		if to != "@" {
			s = s.ToAnywhere()
		}
		return s
	}
	return strip(a.Allowed), strip(a.Unclear)
}

// classOf is the class of an instance, or of the Internet for "@".
func classOf(m *reach.Matrix, id string) int {
	return slices.IndexFunc(m.Classes(), func(c reach.Class) bool {
		return slices.ContainsFunc(c.Members, func(e reach.Member) bool {
			return e.ID == id || id == "@" && e.Kind == ""
		})
	})
}

// The matrix and the questions are one evaluator: they agree on every pair.
func TestMatrixAgreesWithQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := reach.Compile(randomPlan(t).network(0))
		for _, f := range bothFamilies {
			m := model.Matrix(f)
			ends := append([]string{"@"}, instanceIDs...)
			for _, from := range ends {
				for _, to := range ends {
					i, j := classOf(m, from), classOf(m, to)
					if from == to || i < 0 || j < 0 {
						continue
					}
					allowed, unclear := between(model, from, to, f)
					c := m.Cell(i, j)
					if !c.Allowed.Equal(allowed) || !c.Unclear.Equal(unclear) {
						t.Fatalf("%s -> %s, %s: matrix %s (unclear %s), question %s (unclear %s)", from, to, f, c.Allowed, c.Unclear,
							allowed, unclear)
					}
				}
			}
		}
	})
}

// An edited model answers like one compiled from the edited network.
func TestEditedModelAnswersLikeACompiledOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomPlan(t)
		var edits []network.Object
		rule := p.groupRule(p.pick("edited group", groupIDs...), "")
		rule.ID = "new"
		rule.Normalize()
		acl := p.acl(p.pick("edited subnet", subnetIDs...))
		acl.ID = "n" + acl.SubnetIDs[0]
		acl.Normalize()
		route := &network.Route{VPCID: "A", Destination: "10.1.1.0/26", Type: network.RoutePeering, NextHop: "AB"}
		route.ID = "rnew"
		route.Normalize()
		peering := &network.Peering{Name: "AB", VPCID: "A", PeerVPCID: "B", Status: network.PeeringRejected}
		peering.ID = "AB"
		moved := *network.Get[*network.Instance](p.network(0), "i0")
		moved.SecurityGroupIDs = []string{p.pick("other group", groupIDs...)}
		for _, o := range []network.Object{rule, acl, route, peering, &moved} {
			if p.chance("edit", 2) {
				edits = append(edits, o)
			}
		}
		edited := reach.Compile(p.network(0)).With(edits...)
		same(t, edited, reach.Compile(p.network(0, edits...)))
		if len(edits) > 0 {
			gone := edits[0].Base().ID
			b := network.NewBuilder()
			for _, o := range slices.Concat(p.objects, edits) {
				if o.Base().ID != gone {
					b.Add(o)
				}
			}
			same(t, edited.Without(gone), reach.Compile(b.Network()))
		}
	})
}

// same compares two models on all pairs, and one question word for word.
func same(t *rapid.T, a, b *reach.Model) {
	t.Helper()
	if d := reach.Compare(a, b); !d.IsEmpty() {
		t.Fatalf("gained %v, lost %v", d.Gained, d.Lost)
	}
	q := reach.Question{Source: end("i0"), Destination: end("i2"), Protocol: traffic.TCP}
	if x, y := digest(a.Decide(q)), digest(b.Decide(q)); x != y {
		t.Fatalf("answers differ:\n%s\n%s", x, y)
	}
}

// digest is an answer as text.
func digest(a reach.Answer) string {
	var b strings.Builder
	fmt.Fprintln(&b, a.Verdict, a.Allowed, a.Refused, a.Unclear)
	for _, f := range a.Findings {
		fmt.Fprintln(&b, f.Code, f.Severity, f.Leg, f.Side, f.Name, f.Affected, f.Contrast, f.Related, f.Repair != nil)
	}
	for _, h := range a.Path {
		fmt.Fprintln(&b, h.Kind, h.Name, h.Detail, h.Drops)
	}
	return b.String()
}

// An allow rule never takes traffic away, a deny rule never lets more through.
func TestRulesActInTheirDirection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomPlan(t)
		action := network.Action(p.pick("added", "allow", "deny"))
		before := reach.Compile(p.network(0))
		var after *reach.Model
		if p.chance("in an ACL", 2) {
			acl, ok := before.Network().Object("n" + p.pick("ACL of", subnetIDs...)).(*network.NetworkACL)
			if !ok || !acl.IsEnabled() {
				t.Skip("no ACL there")
			}
			changed := *acl
			r := p.aclRule(action)
			list := &changed.IngressRules
			if p.chance("in the egress list", 2) {
				list = &changed.EgressRules
			}
			at := rapid.IntRange(0, len(*list)).Draw(p.t, "position")
			*list = slices.Insert(slices.Clone(*list), at, r)
			changed.Normalize()
			after = before.With(&changed)
		} else {
			r := p.groupRule(p.pick("changed group", groupIDs...), action)
			r.ID = "new"
			r.Normalize()
			after = before.With(r)
		}
		d := reach.Compare(before, after)
		if action == network.Allow && len(d.Lost) > 0 || action == network.Deny && len(d.Gained) > 0 {
			t.Fatalf("%s: gained %v, lost %v", action, d.Gained, d.Lost)
		}
	})
}

// The order in which objects are listed, their ids and their names mean nothing.
func TestNamesAndOrderMeanNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomPlan(t)
		q := p.question()
		a := reach.Compile(p.network(0)).Decide(q)
		if again := reach.Compile(p.network(7)).Decide(q); digest(a) != digest(again) {
			t.Fatalf("reordered:\n%s\n%s", digest(a), digest(again))
		}
		renamed := reach.Compile(rename(t, p))
		b := renamed.Decide(renameQuestion(q))
		if a.Verdict != b.Verdict || !a.Allowed.Equal(b.Allowed) || !a.Unclear.Equal(b.Unclear) {
			t.Fatalf("renamed: %s %s, was %s %s", b.Verdict, b.Allowed, a.Verdict, a.Allowed)
		}
	})
}

// rename gives every object another id, in another order.
func rename(t *rapid.T, p *plan) *network.Network {
	b := network.NewBuilder()
	for i, o := range p.objects {
		body, err := network.Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		var value map[string]any
		if err := json.Unmarshal(body, &value); err != nil {
			t.Fatal(err)
		}
		body, err = json.Marshal(renameValue(value))
		if err != nil {
			t.Fatal(err)
		}
		again, err := network.Decode(o.Kind(), body)
		if err != nil {
			t.Fatal(err)
		}
		if _, known := value["id"].(string); !known {
			again.Base().ID = fmt.Sprintf("zz%d", i)
		}
		if table, ok := again.(*network.RouteTable); ok && table.Default {
			v := network.VPC{}
			v.ID = table.VPCID
			table.ID = v.DefaultRouteTable().ID
		}
		if route, ok := again.(*network.Route); ok {
			route.RouteTableID = ""
		}
		again.Normalize()
		b.Add(again)
	}
	return b.Network()
}

func renameValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			switch {
			case name == "name":
				v[name] = "other"
			case name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") || name == "nexthop":
				v[name] = renameID(member)
			default:
				v[name] = renameValue(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = renameValue(v[i])
		}
	}
	return v
}

func renameID(v any) any {
	switch v := v.(type) {
	case string:
		return newID(v)
	case []any:
		for i := range v {
			v[i] = renameID(v[i])
		}
	}
	return v
}

// newID turns the order of ids round.
func newID(id string) string {
	if id == "" {
		return ""
	}
	b := []byte(id)
	for i, c := range b {
		if c >= '0' && c <= '9' {
			b[i] = '0' + '9' - c
		}
	}
	return "x" + string(b)
}

func renameQuestion(q reach.Question) reach.Question {
	for _, e := range []*reach.Endpoint{&q.Source, &q.Destination} {
		e.InstanceID, e.SubnetID = newID(e.InstanceID), newID(e.SubnetID)
		e.SecurityGroupIDs = slices.Clone(e.SecurityGroupIDs)
		for i := range e.SecurityGroupIDs {
			e.SecurityGroupIDs[i] = newID(e.SecurityGroupIDs[i])
		}
	}
	return q
}

// filterEdits are the repairs that can be as narrow as a question. A route or a connection carries whatever the filters
// let through, and an ACL that is switched on acts with all of its rules.
var filterEdits = []reach.Action{
	reach.AddGroupRules, reach.AttachGroup, reach.InsertACLRules, reach.InsertGuestRule,
}

// Printed repairs make the question reachable, take nothing away, and let nothing through that was not asked for.
//
// Proves: Fix that is checked by re-evaluation, minimal.
func TestRepairsDoWhatWasAskedAndNoMore(t *testing.T) {
	repaired := 0
	rapid.Check(t, func(t *rapid.T) {
		p := randomPlan(t)
		q := p.question()
		q.Source, q.Destination = end(p.pick("asked from", instanceIDs...)), end(p.pick("asked to", instanceIDs...))
		before := reach.Compile(p.network(0))
		a := before.Decide(q)
		narrow, complete := true, len(a.Blockers()) > 0
		for _, f := range a.Blockers() {
			if f.Repair == nil {
				complete = false
				continue
			}
			if !f.Repair.Verified && a.Unclear.IsEmpty() && complete {
				t.Fatalf("%s: repair does not hold: %+v\n%s\n%s", f.Code, f.Repair.Edit, digest(a),
					digest(before.Repaired(&a).Decide(q)))
			}
			narrow = narrow && slices.Contains(filterEdits, f.Repair.Edit.Action)
		}
		if !complete || !a.Unclear.IsEmpty() {
			return
		}
		repaired++
		after := before.Repaired(&a)
		if now := after.Decide(q); now.Verdict != reach.Reachable && now.Unclear.IsEmpty() {
			t.Fatalf("still %s after the repairs:\n%s", now.Verdict, digest(now))
		}
		d := reach.Compare(before, after)
		if len(d.Lost) > 0 && narrow {
			t.Fatalf("lost %v", d.Lost)
		}
		for _, c := range d.Gained {
			if !narrow {
				continue
			}
			asked := a.Refused.FromAnywhere().ToAnywhere()
			if q.Protocol.IsICMP() {
				// The rule of an ACL cannot tell ICMP types apart.
				asked, _ = traffic.Match{Protocols: []traffic.Protocol{q.Protocol}}.Set()
			}
			if len(c.From) != 1 || len(c.To) != 1 || c.From[0].ID != q.Source.InstanceID || c.To[0].ID != q.Destination.InstanceID ||
				!c.Traffic.SubsetOf(asked) {
				t.Fatalf("opens %s from %v to %v, asked %s", c.Traffic, c.From, c.To, asked)
			}
		}
	})
	if repaired == 0 {
		t.Error("no network was repaired")
	}
}
