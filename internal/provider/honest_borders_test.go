package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// borderCase is a network by value, what is asked of it as a question and as an intent, and the answers.
type borderCase struct {
	network []string
	// from and to are ends of the question; the intent's follow from them.
	from, to, service, expect string
	// verdict is the question's; word is how the network stands to the intent, and code a finding of the question.
	verdict, word, code string
}

// hclObject is an object by value.
func hclObject(kind, id, members string) string {
	return fmt.Sprintf("{ kind = %q, id = %q, name = %[2]q, %s }", kind, id, members)
}

// hclRule is a rule of a security group by value, such as "ingress" with `ports = ["443"]`.
func hclRule(group, direction, members string) string {
	id := fmt.Sprintf("%s-%s-%x", group, direction, members)
	return hclObject("security_group_rule", id, fmt.Sprintf("security_group_id = %q, direction = %q, %s", group, direction, members))
}

// hclServer is an instance by value.
func hclServer(id, subnet, address, group, members string) string {
	return hclObject("instance", id, fmt.Sprintf(
		"subnet_id = %q, ip_address = %q, security_group_ids = [%q], %s", subnet, address, group, members))
}

// borderVPC is a VPC with two subnets and two security groups that let everything out, one of which lets nothing in.
func borderVPC(rest ...string) []string {
	return append([]string{
		hclObject("vpc", "v", `cidr = "10.0.0.0/16"`),
		hclObject("subnet", "s", `vpc_id = "v", cidr = "10.0.1.0/24", ipv6_cidr = "2001:db8:0:1::/64"`),
		hclObject("subnet", "t", `vpc_id = "v", cidr = "10.0.2.0/24"`),
		hclObject("security_group", "web", `delete_default_rules = true`),
		hclObject("security_group", "shut", `delete_default_rules = true`),
		hclRule("web", "ingress", `protocol = "tcp", ports = ["25", "443"]`),
		hclRule("web", "ingress", `protocol = "tcp", ports = ["443"], ethertype = "IPv6"`),
		hclRule("web", "egress", ""), hclRule("web", "egress", `ethertype = "IPv6"`), hclRule("shut", "egress", ""),
		hclServer("a", "t", "10.0.2.10", "web", `public_ip = "203.0.113.10"`),
		hclServer("b", "s", "10.0.1.20", "shut", `public_ip = "203.0.113.20"`),
		hclServer("c", "s", "10.0.1.30", "web", ""),
	}, rest...)
}

// hclRoute is a route of the default table of a VPC by value.
func hclRoute(vpc, destination, hopType, hop string) string {
	return fmt.Sprintf("{ kind = \"route\", id = \"r-%s\", vpc_id = %[1]q, destination = %q, type = %q, nexthop = %q }",
		vpc, destination, hopType, hop)
}

// What is not modelled, or nobody's, is never taken for closed, and never for open without a word; the function and the guard say
// the same.
func TestAccHonestBorders(t *testing.T) {
	nat := borderVPC(hclRoute("v", "0.0.0.0/0", "nat", "nat-1"))
	six := borderVPC(hclServer("d", "s", "10.0.1.40", "web", `ipv6_address = "2001:db8:0:1::40"`))
	forwarder := borderVPC(
		hclObject("vpc", "w", `cidr = "10.9.0.0/16"`), hclObject("subnet", "ws", `vpc_id = "w", cidr = "10.9.0.0/24"`),
		hclObject("vpc_peering_connection", "vw", `vpc_id = "v", peer_vpc_id = "w"`),
		hclRoute("v", "10.9.0.0/16", "ecs", "c"), hclRoute("w", "10.0.0.0/16", "peering", "vw"),
		hclObject("security_group", "far", `delete_default_rules = true`),
		hclRule("far", "ingress", `remote_ip_prefix = "10.0.1.30/32"`), hclServer("f", "ws", "10.9.0.10", "far", ""),
	)
	const reachable, blocked, undetermined = "reachable", "blocked", "undetermined"
	const satisfied, violated = "satisfied", "violated"
	cases := map[string]borderCase{
		"a gateway may publish": {nat, "@", "c", "443", blocked, undetermined, undetermined, "exposure_unmodelled"},
		"the group stops it":    {nat, "@", "c", "22", blocked, blocked, satisfied, "sg_no_match"},
		"nothing publishes":     {borderVPC(), "@", "c", "443", blocked, blocked, satisfied, "no_public_address"},
		"IPv6 to the Internet": {
			six, "d", "2606:4700::1", "443", reachable, undetermined, undetermined, "ipv6_bandwidth_unmodelled",
		},
		"IPv6 from the Internet":    {six, "@", "d", "443", blocked, undetermined, undetermined, "ipv6_bandwidth_unmodelled"},
		"IPv6 that the group stops": {six, "@", "d", "22", blocked, blocked, satisfied, "sg_no_match"},
		"a public address, closed":  {borderVPC(), "a", "203.0.113.20", "443", blocked, blocked, satisfied, "sg_no_rules"},
		"a public address, open":    {borderVPC(), "b", "203.0.113.10", "443", reachable, reachable, satisfied, "guest_unverifiable"},
		"outside to public":         {borderVPC(), "198.51.100.1", "203.0.113.20", "443", blocked, blocked, satisfied, "sg_no_rules"},
		"an address of nobody":      {borderVPC(), "a", "10.0.1.77", "443", reachable, undetermined, undetermined, "address_unowned"},
		"a block with instances":    {borderVPC(), "a", "10.0.1.20/32", "443", blocked, blocked, satisfied, "sg_no_rules"},
		"a part of a subnet":        {borderVPC(), "a", "10.0.1.16/28", "443", reachable, undetermined, violated, "address_unowned"},
		"behind a forwarder":        {forwarder, "a", "f", "443", reachable, undetermined, undetermined, "forwarder_unverifiable"},
		"mail to the Internet":      {borderVPC(), "a", "@", "25", reachable, reachable, satisfied, "smtp25_blocked"},
	}
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(borderConfiguration(cases))
	outputs, details := lab.Planned()
	type answer struct {
		Verdict string
		Codes   []string
	}
	var answers map[string]answer
	var words map[string]string
	for name, into := range map[string]any{"answers": &answers, "words": &words} {
		if err := json.Unmarshal([]byte(outputs[name]), into); err != nil {
			t.Fatalf("%s: %v in %q", name, err, outputs[name])
		}
	}
	for name, c := range cases {
		if got := answers[name]; got.Verdict != c.verdict || !slices.Contains(got.Codes, c.code) {
			t.Errorf("%s: the function says %s, want %s with %s; findings %v", name, got.Verdict, c.verdict, c.code, got.Codes)
		}
		if words[name] != c.word {
			t.Errorf("%s: the guard says %s, want %s", name, words[name], c.word)
		}
	}
	if !slices.ContainsFunc(details, func(d string) bool { return strings.Contains(d, "Port 25 towards the Internet") }) {
		t.Errorf("the guard does not warn of port 25: %q", details)
	}

	mail := cases["mail to the Internet"]
	for name, c := range map[string]struct{ from, says string }{
		"a caution that fails":      {mail.from, "smtp25_blocked"},
		"an address with host bits": {"198.51.100.91/29", "198.51.100.88/29"},
	} {
		failing := mail
		failing.from = c.from
		lab.Configure(labtest.Header + fmt.Sprintf(`
resource "vpclab_reachability_guard" "g" {
  network = [%s]
  fail_on = ["smtp25_blocked"]
  intents = { mail = { source = %s, destination = %s, ports = ["25"] } }
}
`, strings.Join(failing.network, ",\n"), selectorOf(failing.from), selectorOf(failing.to)))
		if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, c.says) {
			t.Errorf("%s: %q is not said:\n%s", name, c.says, out)
		}
	}
}

// borderConfiguration asks every case as a question and as an intent.
func borderConfiguration(cases map[string]borderCase) string {
	var b strings.Builder
	b.WriteString(labtest.Header)
	var answers, words []string
	for i, name := range slices.Sorted(maps.Keys(cases)) {
		c := cases[name]
		fmt.Fprintf(&b, `
locals {
  network_%[1]d = [%[2]s]
  answer_%[1]d = provider::vpclab::reachability(local.network_%[1]d, {
    source = %[3]s, destination = %[4]s, ports = [%[5]q], expect = %[6]q
  })
}
resource "vpclab_reachability_guard" "g_%[1]d" {
  network    = local.network_%[1]d
  on_failure = "warning"
  intents    = { i = { source = %[7]s, destination = %[8]s, ports = [%[5]q], expect = %[6]q } }
}
`, i, strings.Join(c.network, ",\n"), endOf(c.from), endOf(c.to), c.service, c.expect, selectorOf(c.from), selectorOf(c.to))
		answers = append(answers, fmt.Sprintf(
			`%q = { verdict = local.answer_%[2]d.verdict, codes = local.answer_%[2]d.findings[*].code }`, name, i))
		words = append(words, fmt.Sprintf(`%q = vpclab_reachability_guard.g_%d.verdicts["i"]`, name, i))
	}
	for output, list := range map[string][]string{"answers": answers, "words": words} {
		fmt.Fprintf(&b, "output %q {\n  value = jsonencode({ %s })\n}\n", output, strings.Join(list, ",\n"))
	}
	return b.String()
}

// endOf is "@" for the Internet, an address, or an instance, as an end of a question.
func endOf(end string) string {
	switch {
	case end == "@":
		return `{ internet = true }`
	case strings.ContainsAny(end, ".:"):
		return fmt.Sprintf(`{ address = %q }`, end)
	}
	return fmt.Sprintf(`{ instance_id = %q }`, end)
}

// selectorOf is the same end in an intent.
func selectorOf(end string) string {
	switch {
	case end == "@":
		return `{ internet = true }`
	case strings.ContainsAny(end, ".:"):
		return fmt.Sprintf(`{ addresses = [%q] }`, end)
	}
	return fmt.Sprintf(`{ instance_ids = [%q] }`, end)
}
