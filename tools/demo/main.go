// Command demo shows the provider's main job on a real network: a plan that fails and says why, then the repaired
// network planned, applied, planned again and destroyed. It fails when a step does not behave as told.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	terraform := flag.String("terraform", "terraform", "path of terraform or tofu")
	provider := flag.String("provider", "", "path of the provider's binary")
	examples := flag.String("examples", "examples/demo", "directory with the broken and the repaired network")
	flag.Parse()
	if err := run(*terraform, *provider, *examples); err != nil {
		fmt.Fprintln(os.Stderr, "\nThe demo did not go as told:", err)
		os.Exit(1)
	}
}

func run(terraform, provider, examples string) error {
	dir, err := os.MkdirTemp("", "vpclab-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := filepath.Abs(provider)
	if err != nil {
		return err
	}
	if err := configure(dir, filepath.Dir(binary)); err != nil {
		return err
	}
	s := session{terraform: terraform, dir: dir, examples: examples}
	for _, step := range []struct {
		say, network string
		args         []string
		want         int
		show         string
	}{
		{
			"1. A network whose ACL defeats its security group: the plan fails, before anything exists.", "broken",
			[]string{"plan"},
			1, "Error:",
		},
		{"2. The repair the plan proposed, written down: the plan passes.", "repaired", []string{"plan"}, 0, "Plan:"},
		{"3. It is applied to the local cloud.", "repaired", []string{"apply", "-auto-approve"}, 0, "Apply complete"},
		{"4. Planned again, there is nothing to do.", "repaired", []string{"plan", "-detailed-exitcode"}, 0, "No changes"},
		{"5. And destroyed.", "repaired", []string{"destroy", "-auto-approve"}, 0, "Destroy complete"},
	} {
		if err := s.step(step.say, step.network, step.args, step.want, step.show); err != nil {
			return err
		}
	}
	return nil
}

// configure writes the CLI configuration that makes Terraform and OpenTofu take the provider from a directory.
func configure(dir, providerDir string) error {
	rc := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/vpclab/vpclab" = %q
    "registry.opentofu.org/vpclab/vpclab" = %q
  }
  direct {}
}
`, providerDir, providerDir)
	path := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(path, []byte(rc), 0o600); err != nil {
		return err
	}
	if err := os.Setenv("TF_CLI_CONFIG_FILE", path); err != nil {
		return err
	}
	return os.Setenv("CHECKPOINT_DISABLE", "1")
}

type session struct{ terraform, dir, examples string }

func (s session) step(say, network string, args []string, want int, show string) error {
	body, err := os.ReadFile(filepath.Join(s.examples, network, "main.tf"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.dir, "main.tf"), body, 0o600); err != nil {
		return err
	}
	fmt.Printf("\n%s\n   (%s) $ %s %s\n\n", say, network, filepath.Base(s.terraform), strings.Join(args, " "))
	cmd := exec.Command(s.terraform, append(args, "-no-color")...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return err
	}
	text := string(out)
	start := strings.Index(text, show)
	if got := cmd.ProcessState.ExitCode(); got != want || start < 0 {
		return fmt.Errorf("exit code %d instead of %d, or %q missing from:\n%s", got, want, show, text)
	}
	for line := range strings.Lines(text[start:]) {
		fmt.Print("   " + line)
	}
	return nil
}
