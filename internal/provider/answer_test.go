package provider_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// Causes, path and traffic are values that a program can read, of the data source as of the function.
//
// Proves: Explanation as data (causes, path, exact traffic).
func TestAccAnswerIsData(t *testing.T) {
	t.Parallel()
	const question = `{
    source      = { instance_id = vpclab_instance.web.id }
    destination = { instance_id = vpclab_instance.db.id }
    ports       = ["5432-5433"]
  }`
	lab := labtest.New(t)
	lab.Configure(tiers(`["5433"]`, throughLocals+`
data "vpclab_reachability" "q" {
  network     = local.network
  source      = { instance_id = local.web }
  destination = { instance_id = local.db }
  ports       = ["5432-5433"]
  on_failure  = "report"
}
locals {
  answers = { data = data.vpclab_reachability.q, function = provider::vpclab::reachability(local.network, `+question+`) }
}
output "answers" {
  value = jsonencode({ for name, a in local.answers : name => {
    verdict = a.verdict, allowed = a.allowed, refused = a.refused, code = a.findings[0].code, affected = a.findings[0].affected,
    repair = a.findings[0].repair, path = [for h in a.path : "${h.kind} ${h.name}"],
  } })
}
`))
	out, _ := lab.Planned()
	const want = `{"affected":["tcp/5432 from 10.10.1.10 to 10.10.1.20"],"allowed":["tcp/5433 from 10.10.1.10 to 10.10.1.20"],` +
		`"code":"sg_no_match","path":["instance web-1","security_group web","vpc app","security_group db","instance db-1"],` +
		`"refused":["tcp/5432 from 10.10.1.10 to 10.10.1.20"],` +
		`"repair":"add to the security group db: ingress allow tcp/5432 from 10.10.1.10/32, priority 1","verdict":"partial"}`
	if got := out["answers"]; got != `{"data":`+want+`,"function":`+want+`}` {
		t.Error(got)
	}
}

// What is wrong is shown with the file and the line: a value at its attribute, a verdict at the block that asked.
//
// Proves: Finding points to .tf file and line.
func TestAccDiagnosticsHaveFileAndLine(t *testing.T) {
	t.Parallel()
	question := throughLocals + asked("local.network", "local.web", "local.db", "")
	for name, c := range map[string]struct{ config, code string }{
		"value":    {strings.Replace(tiers(`["5432"]`, ""), "10.10.1.0/24", "10.99.1.0/24", 1), `  cidr   = "10.99.1.0/24"`},
		"question": {tiers(`["5433"]`, question), `data "vpclab_reachability" "q" {`},
		"intent":   {tiers(`["5433"]`, guarded("")), "    web_to_db = {"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(c.config)
			before, _, _ := strings.Cut(c.config, c.code)
			line := 1 + strings.Count(before, "\n")
			var shown []string
			for text := range strings.Lines(lab.Must(1, "plan", "-json")) {
				var message struct {
					Diagnostic struct {
						Severity string `json:"severity"`
						Range    struct {
							Filename string `json:"filename"`
							Start    struct {
								Line int `json:"line"`
							} `json:"start"`
						} `json:"range"`
						Snippet struct {
							Code string `json:"code"`
						} `json:"snippet"`
					} `json:"diagnostic"`
				}
				if err := json.Unmarshal([]byte(text), &message); err != nil {
					t.Fatalf("%v in %s", err, text)
				}
				d := message.Diagnostic
				if d.Severity != "error" {
					continue
				}
				shown = append(shown, d.Snippet.Code)
				if d.Range.Filename == "main.tf" && d.Range.Start.Line == line && d.Snippet.Code == c.code {
					return
				}
			}
			t.Errorf("no error at line %d of main.tf, which is %s; errors at %q", line, c.code, shown)
		})
	}
}

// A question about a network that differs from what exists is answered, and nothing is planned or changed for it.
//
// Proves: What-if without touching anything.
func TestAccWhatIf(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(tiers(`["5432"]`, ""))
	lab.Apply()
	ask := func(network string) string {
		return `provider::vpclab::reachability(` + network + `, {
    source = { instance_id = vpclab_instance.web.id }, destination = { instance_id = vpclab_instance.db.id }, ports = ["9000"]
  }).verdict
`
	}
	lab.Configure(tiers(`["5432"]`, throughLocals+`
locals {
  others  = [for o in local.network : o if o.kind != "security_group_rule"]
  what_if = concat(local.others, [merge(vpclab_security_group_rule.db_from_web, { ports = ["9000"] })])
}
output "now" {
  value = `+ask("local.network")+`}
output "then" {
  value = `+ask("local.what_if")+`}
`))
	out, _ := lab.Planned()
	if out["now"] != "blocked" || out["then"] != "reachable" {
		t.Errorf("now %s, then %s", out["now"], out["then"])
	}
	for _, c := range lab.Plan() {
		if actions := strings.Join(c.Change.Actions, ","); actions != "no-op" {
			t.Errorf("%s: %s", c.Address, actions)
		}
	}
}
