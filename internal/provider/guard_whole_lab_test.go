package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// wholeLab is a guard without a list, which refers to groups only: Terraform may plan it before instances and rules.
func wholeLab(more string) string {
	return `
resource "vpclab_reachability_guard" "lab" {
  intents = {
    web_to_db = {
      source      = { security_group_ids = [vpclab_security_group.web.id] }
      destination = { security_group_ids = [vpclab_security_group.db.id] }
      ports       = ["5432"]
    }
    db_to_web = {
      source      = { security_group_ids = [vpclab_security_group.db.id] }
      destination = { security_group_ids = [vpclab_security_group.web.id] }
      protocol    = "any"
      expect      = "blocked"
    }
  }
` + more + "}\n"
}

// unlisted is a rule that nobody would list who wrote the guard before it: it opens the way from the database to the web.
const unlisted = `
resource "vpclab_security_group_rule" "unlisted" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["22"]
  remote_group_id   = vpclab_security_group.db.id
}
`

const allOfIt = `  depends_on = [
    vpclab_subnet.app, vpclab_security_group_rule.db_from_web, vpclab_instance.web, vpclab_instance.db,
  ]
`

// A guard without network judges the lab as the plan leaves it, in whatever order Terraform plans.
func TestAccGuardOfTheWholeLab(t *testing.T) {
	t.Parallel()
	const open = `["5432"]`
	t.Run("life", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(tiers(open, wholeLab("")+unlisted))
		out := labtest.Unwrap(lab.Must(1, "plan"))
		if !strings.Contains(out, `Intent "db_to_web": db-1 -> web-1, any: partly`) && !strings.Contains(out, "Network reachable") {
			t.Errorf("the rule that nobody listed is not seen:\n%s", out)
		}
		if lab.StoreExists() {
			t.Error("a plan that fails wrote something")
		}

		lab.Configure(tiers(open, wholeLab("")))
		lab.Apply()
		lab.NoChanges()
		lab.Must(0, "plan", "-refresh-only")
		lab.Must(0, "plan", "-replace=vpclab_subnet.app")
		lab.Must(0, "plan", "-target=vpclab_reachability_guard.lab")

		// What goes is missed, although its block is gone from the configuration.
		gone := strings.Replace(tiers(open, wholeLab("")), `resource "vpclab_security_group_rule" "db_from_web"`,
			`resource "vpclab_security_group_rule" "other"`, 1)
		gone = strings.Replace(gone, `remote_group_id   = vpclab_security_group.web.id`, `remote_ip_prefix  = "192.0.2.0/24"`, 1)
		lab.Configure(gone)
		if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, `"web_to_db"`) {
			t.Errorf("the rule that goes is not missed:\n%s", out)
		}

		// What somebody else has in the store counts.
		lab.Configure(tiers(open, wholeLab("")))
		cloud, web := lab.Cloud(), lab.IDs()["vpclab_security_group.web"]
		if _, err := cloud.Create(t.Context(), &network.SecurityGroupRule{
			SecurityGroupID: web, Direction: network.Ingress, Protocol: "tcp", Ports: []string{"80"},
		}); err != nil {
			t.Fatal(err)
		}
		if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, `"db_to_web"`) {
			t.Errorf("the stored rule of somebody else is not seen:\n%s", out)
		}
		lab.Setenv("VPCLAB_ON_FAILURE", "warning")
		lab.Must(0, "destroy", "-auto-approve")
	})
	t.Run("one after the other", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(tiers(open, wholeLab("")+unlisted))
		if out := labtest.Unwrap(lab.Must(1, "plan", "-parallelism=1")); !strings.Contains(out, "depends_on") &&
			!strings.Contains(out, `"db_to_web"`) {
			t.Errorf("neither the violation nor the way out:\n%s", out)
		}
		lab.Configure(tiers(open, wholeLab("")))
		if code, out := lab.Run("plan", "-parallelism=1"); code != 0 && !strings.Contains(out, "depends_on") {
			t.Errorf("a failure that does not name depends_on:\n%s", out)
		}
		lab.Configure(tiers(open, wholeLab(allOfIt)))
		lab.Must(0, "plan", "-parallelism=1")
		lab.Apply("-parallelism=1")
		lab.NoChanges()
	})
}

// Every intent that is violated is shown, also where it only warns.
func TestAccEveryViolatedIntentIsShown(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(tiers(`["5433"]`, strings.Replace(wholeLab(allOfIt), "  intents = {", `  on_failure = "warning"
  intents = {
    again = {
      source      = { security_group_ids = [vpclab_security_group.web.id] }
      destination = { security_group_ids = [vpclab_security_group.db.id] }
      ports       = ["3306"]
    }`, 1)))
	out := labtest.Unwrap(lab.Must(0, "plan"))
	for _, name := range []string{"again", "web_to_db"} {
		if !strings.Contains(out, `Intent "`+name+`"`) {
			t.Errorf("the intent %q is not shown:\n%s", name, out)
		}
	}
}
