package reach_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var update = flag.Bool("update", false, "write the pages of the findings anew")

const guides = "../../templates/guides"

// Every code has a page that is made of the catalogue and of the scenario that proves the code: what it means, a network
// that shows it, what is reported, and the change with which it is gone. `make generate` writes the pages.
func TestPages(t *testing.T) {
	for _, e := range reach.Catalogue() {
		if s, ok := scenarios[e.Code]; ok {
			check(t, e.Code, findingPage(e, s))
		}
	}
	check(t, "findings", findingsPage())
}

func check(t *testing.T, name, want string) {
	t.Helper()
	file := filepath.Join(guides, name+".md.tmpl")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(have)); d != "" {
		t.Errorf("%s is not current; run make generate\n%s", file, d)
	}
}

func findingPage(e reach.Explanation, s [2]scenario) string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	put("---\npage_title: %q\nsubcategory: \"Findings\"\ndescription: |-\n  %s\n---\n", e.Code, e.Meaning)
	put("# %s\n", e.Code)
	put("**%s.** %s\n\n%s\n", e.Title, e.Meaning, severities(e))
	if e.Repair != "" {
		put("**Repair:** %s\n", e.Repair)
	}
	put("## A network that shows it\n\n```terraform\n%s```\n", configuration(s[0]))
	put("What is reported:\n")
	_, text := s[0].find()
	put("```text\n%s\n```\n", text)
	put("## A network that does not\n")
	put("%s\n", change(s))
	put("[All findings](findings.md)")
	return b.String()
}

func severities(e reach.Explanation) string {
	words := map[reach.Severity]string{
		reach.Blocker: "**Blocker**: it stops traffic that is asked for.",
		reach.Hint:    "**Hint**: it explains a blocker and never stands alone.",
		reach.Failure: "**Error**: it is wrong in itself.",
		reach.Warning: "**Warning**: it is seldom meant.",
		reach.Info:    "**Info**: the author should know it.",
	}
	out := make([]string, len(e.Severities))
	for i, s := range e.Severities {
		out[i] = words[s]
	}
	return strings.Join(out, " ")
}

// configuration is the scenario in Terraform's language, objects by value.
func configuration(s scenario) string {
	var b strings.Builder
	if len(s.network.unknown) > 0 {
		b.WriteString("resource \"terraform_data\" \"later\" {\n  input = \"10.0.0.5\"\n}\n\n")
	}
	b.WriteString("locals {\n  network = [\n")
	for _, line := range objects(s.network) {
		b.WriteString("    " + line + ",\n")
	}
	b.WriteString("  ]\n}\n\n" + asked(s))
	return b.String()
}

// objects lists a network, each object on a line of its own.
func objects(n *testNetwork) []string {
	var out []string
	built := n.build()
	for _, kind := range network.Kinds() {
		for _, o := range built.OfKind(kind) {
			if rt, ok := o.(*network.RouteTable); ok && rt.Default {
				continue
			}
			body, err := network.Encode(o)
			if err != nil {
				panic(err)
			}
			members := map[string]any{}
			if err := json.Unmarshal(body, &members); err != nil {
				panic(err)
			}
			members["kind"], members["id"] = string(kind), o.Base().ID
			out = append(out, value(withoutDefaults(members)))
		}
	}
	return append(out, hidden(n)...)
}

// hidden lists the objects of which not everything is known.
func hidden(n *testNetwork) []string {
	var out []string
	for _, u := range n.unknown {
		body, err := network.Encode(u.Object)
		members := map[string]any{}
		if err == nil {
			err = json.Unmarshal(body, &members)
		}
		if err != nil {
			panic(err)
		}
		members["kind"], members["id"] = string(u.Kind), u.Object.Base().ID
		for attribute := range u.Attributes {
			members[attribute] = expression("terraform_data.later.output")
		}
		out = append(out, value(withoutDefaults(members)))
	}
	return out
}

// expression is a value that Terraform computes.
type expression string

// withoutDefaults leaves out members that have their default, or that follow from others.
func withoutDefaults(members map[string]any) map[string]any {
	for _, word := range []string{"project_id", "default_route_table_id", "gateway_ip", "rule_id"} {
		delete(members, word)
	}
	for word, usual := range map[string]any{
		"enabled": true, "priority": 1.0, "ethertype": "IPv4", "ip_version": 4.0, "status": string(network.PeeringActive),
	} {
		if members[word] == usual {
			delete(members, word)
		}
	}
	for _, word := range []string{"ingress_rules", "egress_rules"} {
		rules, _ := members[word].([]any)
		for _, rule := range rules {
			if r, ok := rule.(map[string]any); ok {
				withoutDefaults(r)
			}
		}
	}
	return members
}

// value writes a plain value in Terraform's language.
func value(v any) string {
	switch v := v.(type) {
	case map[string]any:
		first := map[string]int{"kind": 3, "id": 2, "name": 1}
		names := slices.SortedFunc(maps.Keys(v), func(a, b string) int {
			if first[a] != first[b] {
				return first[b] - first[a]
			}
			return strings.Compare(a, b)
		})
		var parts []string
		for _, name := range names {
			if v[name] != nil {
				parts = append(parts, name+" = "+value(v[name]))
			}
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = value(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return strconv.Quote(v)
	case expression:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// asked is what is asked about the network, in Terraform's language.
func asked(s scenario) string {
	switch {
	case s.question != nil:
		return dataSource(*s.question)
	case s.intents != nil:
		return guard(s.intents)
	}
	return `data "vpclab_network_analysis" "whole" {
  network    = local.network
  on_failure = "report"
}

output "report" {
  value = data.vpclab_network_analysis.whole.report
}
`
}

func dataSource(q reach.Question) string {
	lines := [][2]string{
		{"network", "local.network"}, {"source", value(endpoint(q.Source))}, {"destination", value(endpoint(q.Destination))},
	}
	lines = append(lines, sent(q.Protocol, q.Ports)...)
	if q.ICMPType != nil {
		lines = append(lines, [2]string{"icmp_type", strconv.Itoa(*q.ICMPType)})
	}
	if q.Strict {
		lines = append(lines, [2]string{"strict", "true"})
	}
	lines = append(lines, [2]string{"on_failure", `"report"`})
	return `data "vpclab_reachability" "question" {
` + aligned("  ", lines) + `}

output "report" {
  value = data.vpclab_reachability.question.report
}
`
}

func sent(p traffic.Protocol, ports traffic.PortSet) [][2]string {
	out := [][2]string{{"protocol", strconv.Quote(p.String())}}
	if !ports.IsEmpty() && !ports.IsAll() {
		var list []any
		for r := range strings.SplitSeq(ports.String(), ",") {
			list = append(list, r)
		}
		out = append(out, [2]string{"ports", value(list)})
	}
	return out
}

func endpoint(e reach.Endpoint) map[string]any {
	switch {
	case e.Internet:
		return map[string]any{"internet": true}
	case e.Address != "":
		return map[string]any{"address": e.Address}
	}
	return map[string]any{"instance_id": e.InstanceID}
}

func guard(intents []reach.Intent) string {
	var b strings.Builder
	b.WriteString("resource \"vpclab_reachability_guard\" \"demands\" {\n  network = local.network\n  intents = {\n")
	for _, i := range intents {
		expect := "reachable"
		if i.Expect == reach.MustNotReach {
			expect = "blocked"
		}
		lines := [][2]string{
			{"source", value(map[string]any{"instance_ids": anys(i.From.InstanceIDs)})},
			{"destination", value(map[string]any{"instance_ids": anys(i.To.InstanceIDs)})},
		}
		lines = append(lines, sent(i.Protocol, i.Ports)...)
		lines = append(lines, [2]string{"expect", strconv.Quote(expect)})
		fmt.Fprintf(&b, "    %q = {\n%s    }\n", i.Name, aligned("      ", lines))
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = item
	}
	return out
}

// aligned writes attributes as `terraform fmt` does.
func aligned(indent string, lines [][2]string) string {
	width := 0
	for _, l := range lines {
		width = max(width, len(l[0]))
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s%-*s = %s\n", indent, width, l[0], l[1])
	}
	return b.String()
}

// change is what is different in the network without the finding.
func change(s [2]scenario) string {
	before, after := objects(s[0].network), objects(s[1].network)
	var b strings.Builder
	for _, line := range before {
		if !slices.Contains(after, line) {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			b.WriteString("+ " + line + "\n")
		}
	}
	was, is := asked(s[0]), asked(s[1])
	if was != is {
		old, now := strings.Split(was, "\n"), strings.Split(is, "\n")
		for _, line := range old {
			if !slices.Contains(now, line) {
				b.WriteString("- " + strings.TrimSpace(line) + "\n")
			}
		}
		for _, line := range now {
			if !slices.Contains(old, line) {
				b.WriteString("+ " + strings.TrimSpace(line) + "\n")
			}
		}
	}
	return "```diff\n" + b.String() + "```"
}

// findingsPage lists every code by topic.
func findingsPage() string {
	var b strings.Builder
	b.WriteString(`---
page_title: "Findings"
subcategory: "Guides"
description: |-
  Every code a verdict, an audit or an intent can give, what it means and what to do.
---

# Findings

A code is one cause with one repair. Codes are never renamed. A **blocker** stops traffic; a **hint** explains a blocker
and never stands alone; an **error** is wrong in itself; **warning** and **info** say what the author should know. One
code can have two severities: what blocks a question is an error or a warning where nobody asked.
`)
	topic := ""
	for _, e := range reach.Catalogue() {
		if e.Topic != topic {
			topic = e.Topic
			b.WriteString("\n## " + topic + "\n\n| Code | Severity | Meaning | Repair |\n|---|---|---|---|\n")
		}
		name, kind, repair := "`"+e.Code+"`", "change", "-"
		if _, ok := scenarios[e.Code]; ok {
			name = "[" + name + "](" + e.Code + ".md)"
			words := make([]string, len(e.Severities))
			for i, s := range e.Severities {
				words[i] = string(s)
			}
			kind = strings.Join(words, ", ")
		}
		if e.Repair != "" {
			repair = e.Repair
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, kind, e.Meaning, repair)
	}
	b.WriteString(`
## What is never found

Two causes that one might look for cannot occur:

- ` + "`peering_region_mismatch`" + `: a lab has one region.
- ` + "`acl_return_blocked`" + `: network ACLs of the modelled cloud keep track of connections, so answers need no rule.
`)
	return b.String()
}
