// Package labtest runs the built provider under a real Terraform or OpenTofu, each test in a directory and on a store
// of its own. Running the binary, and not the provider inside the test's process, is what shows how several processes
// share a store, and that a draft ends with its walk.
package labtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

// Lab is a working directory with a configuration and a store.
type Lab struct {
	t         *testing.T
	dir       string
	terraform string
	// provider is the directory of the built provider.
	provider string
	env      []string
	// server is nil unless the store is in PostgreSQL.
	server *postgrestest.Server
	store  string
}

// Run runs the tests of a package and removes the provider that was built for them.
func Run(m *testing.M) int {
	// The testing framework hands the provider over under a registry's name, and OpenTofu accepts its own only.
	if strings.Contains(filepath.Base(os.Getenv("TF_ACC_TERRAFORM_PATH")), "tofu") {
		_ = os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
	}
	code := postgrestest.Main(m)
	if built != "" {
		_ = os.RemoveAll(built)
	}
	return code
}

// built is the directory of the binary, once there is one.
var built string

// providerName is the file of the provider; Windows runs only what has its suffix.
var providerName = "terraform-provider-vpclab" + map[string]string{"windows": ".exe"}[runtime.GOOS]

// CloudProvider is the environment variable that names the directory of the real cloud's own provider, for the tests
// that run it against the emulator. It cannot be had from where this project's dependencies come from, so that those
// tests are skipped where nobody has put it.
const CloudProvider = "VPCLAB_TEST_CLOUD_PROVIDER"

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "vpclab-provider-")
	if err != nil {
		return "", err
	}
	built = dir
	cmd := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false",
		"-o", filepath.Join(dir, providerName), "github.com/vpclab/terraform-provider-vpclab")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the provider: %w\n%s", err, out)
	}
	return dir, nil
})

// New returns an empty lab, in a file or, with VPCLAB_TEST_STORE, in PostgreSQL. Without TF_ACC the test is skipped, as
// everywhere in the Terraform world; `make test` and CI set it.
func New(t *testing.T) *Lab {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("set TF_ACC=1 to run acceptance tests")
	}
	dir, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	l := &Lab{t: t, dir: t.TempDir(), terraform: terraformPath(t), provider: dir}
	l.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(l.dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1", "VPCLAB_ON_FAILURE=", "VPCLAB_STORE=", "VPCLAB_PROJECT_ID=")
	l.store = filepath.Join(l.dir, ".vpclab", "lab.db")
	if os.Getenv(postgrestest.EnvServer) != "" {
		l.server = postgrestest.Shared(t)
		l.store = l.server.URL(t)
		l.Setenv("VPCLAB_STORE", l.store)
	}
	overrides := fmt.Sprintf("    %[1]q = %[3]q\n    %[2]q = %[3]q\n", "registry.terraform.io/vpclab/vpclab",
		"registry.opentofu.org/vpclab/vpclab", dir)
	if cloud := os.Getenv(CloudProvider); cloud != "" {
		overrides += fmt.Sprintf("    %q = %q\n", "registry.terraform.io/huaweicloud/huaweicloud", cloud)
	}
	l.write("cli.tfrc", "provider_installation {\n  dev_overrides {\n"+overrides+"  }\n  direct {}\n}\n")
	return l
}

func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no terraform or tofu on PATH")
	return ""
}

// Header is the start of every configuration that does not come from an example.
const Header = "terraform {\n  required_providers {\n    vpclab = { source = \"vpclab/vpclab\" }\n  }\n}\n\n"

// Configure replaces the configuration.
func (l *Lab) Configure(hcl string) {
	l.t.Helper()
	l.write("main.tf", hcl)
}

// ConfigureFrom replaces the configuration by a file's.
func (l *Lab) ConfigureFrom(path string) {
	l.t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		l.t.Fatal(err)
	}
	hcl := string(body)
	if !strings.Contains(hcl, "required_providers") {
		hcl = Header + hcl
	}
	l.Configure(hcl)
}

// Write adds a file to the working directory.
func (l *Lab) Write(name, body string) {
	l.t.Helper()
	l.write(name, body)
}

func (l *Lab) write(name, body string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(l.dir, name)), 0o700); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(body), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// Mkdir adds a directory to the working directory.
func (l *Lab) Mkdir(name string) {
	l.t.Helper()
	if err := os.Mkdir(filepath.Join(l.dir, name), 0o700); err != nil {
		l.t.Fatal(err)
	}
}

// Remove deletes a file of the working directory.
func (l *Lab) Remove(name string) {
	l.t.Helper()
	if err := os.Remove(filepath.Join(l.dir, name)); err != nil {
		l.t.Fatal(err)
	}
}

// Setenv sets a variable for the runs that follow.
func (l *Lab) Setenv(name, value string) { l.env = append(l.env, name+"="+value) }

// Run runs Terraform and returns its exit code and everything it printed, folded onto long lines.
func (l *Lab) Run(args ...string) (int, string) {
	l.t.Helper()
	cmd := exec.CommandContext(l.t.Context(), l.terraform, args...)
	cmd.Dir, cmd.Env = l.dir, l.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		l.t.Fatalf("%s %v: %v", l.terraform, args, err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// Shell runs the lines of a script one after the other and stops at the first that fails. On its PATH, "terraform" is
// the program under test, and the stand-ins replace what a test must not do.
func (l *Lab) Shell(script string, standIns map[string]string) (int, string) {
	l.t.Helper()
	bin := l.t.TempDir()
	if err := os.Symlink(l.terraform, filepath.Join(bin, "terraform")); err != nil {
		l.t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(l.provider, providerName), filepath.Join(bin, providerName)); err != nil {
		l.t.Fatal(err)
	}
	for name, body := range standIns {
		program := "#!/bin/sh\nset -e\n" + body
		if err := os.WriteFile(filepath.Join(bin, name), []byte(program), 0o700); err != nil {
			l.t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(l.t.Context(), "bash", "-e", "-c", script)
	cmd.Dir = l.dir
	cmd.Env = append(slices.Clone(l.env), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		l.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// Must runs Terraform and fails the test unless it exits with code want.
func (l *Lab) Must(want int, args ...string) string {
	l.t.Helper()
	code, out := l.Run(append(args, "-no-color")...)
	if code != want {
		l.t.Fatalf("%v: exit code %d instead of %d:\n%s", args, code, want, out)
	}
	return out
}

// Apply applies the configuration and checks that a second plan has nothing to do.
func (l *Lab) Apply(args ...string) {
	l.t.Helper()
	l.Must(0, append([]string{"apply", "-auto-approve"}, args...)...)
	l.NoChanges()
}

// NoChanges checks that a plan has nothing to do.
func (l *Lab) NoChanges() {
	l.t.Helper()
	l.Must(0, "plan", "-detailed-exitcode")
}

// Change is one planned change of a resource.
type Change struct {
	Address string `json:"address"`
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Change  struct {
		Actions      []string        `json:"actions"`
		After        json.RawMessage `json:"after"`
		AfterUnknown json.RawMessage `json:"after_unknown"`
	} `json:"change"`
}

// Plan makes a plan, saves it as "saved", and returns its changes of managed resources.
func (l *Lab) Plan(args ...string) []Change {
	l.t.Helper()
	l.Must(0, append([]string{"plan", "-out=saved"}, args...)...)
	var plan struct {
		ResourceChanges []Change `json:"resource_changes"`
	}
	l.decode(l.Must(0, "show", "-json", "saved"), &plan)
	var out []Change
	for _, c := range plan.ResourceChanges {
		if c.Mode == "managed" {
			out = append(out, c)
		}
	}
	return out
}

// Planned makes a plan and returns the texts among its outputs and the details of its diagnostics.
func (l *Lab) Planned() (outputs map[string]string, details []string) {
	l.t.Helper()
	for line := range strings.Lines(l.Must(0, "plan", "-json", "-out=saved")) {
		var message struct {
			Diagnostic struct {
				Detail string `json:"detail"`
			} `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			l.t.Fatalf("%v in %s", err, line)
		}
		if message.Diagnostic.Detail != "" {
			details = append(details, message.Diagnostic.Detail)
		}
	}
	var plan struct {
		Values struct {
			Outputs map[string]struct {
				Value any `json:"value"`
			} `json:"outputs"`
		} `json:"planned_values"`
	}
	l.decode(l.Must(0, "show", "-json", "saved"), &plan)
	outputs = map[string]string{}
	for name, o := range plan.Values.Outputs {
		if text, ok := o.Value.(string); ok {
			outputs[name] = text
		}
	}
	return outputs, details
}

// IDs returns the ids in the state by address.
func (l *Lab) IDs() map[string]string {
	l.t.Helper()
	type module struct {
		Resources []struct {
			Address string         `json:"address"`
			Mode    string         `json:"mode"`
			Values  map[string]any `json:"values"`
		} `json:"resources"`
	}
	var state struct {
		Values struct {
			Root module `json:"root_module"`
		} `json:"values"`
	}
	l.decode(l.Must(0, "show", "-json"), &state)
	ids := map[string]string{}
	for _, r := range state.Values.Root.Resources {
		if r.Mode == "managed" {
			ids[r.Address] = fmt.Sprint(r.Values["id"])
		}
	}
	return ids
}

// decode reads the JSON line in what Terraform printed; a warning about dev_overrides may stand before it.
func (l *Lab) decode(out string, into any) {
	l.t.Helper()
	start := strings.Index(out, "{\"format_version\"")
	if start < 0 {
		l.t.Fatalf("no JSON in:\n%s", out)
	}
	if err := json.NewDecoder(strings.NewReader(out[start:])).Decode(into); err != nil {
		l.t.Fatal(err)
	}
}

// SinceTerraform skips the test under an older Terraform, and under OpenTofu, whose versions count differently.
func (l *Lab) SinceTerraform(major, minor int) {
	l.t.Helper()
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	out := l.Must(0, "version", "-json")
	if start := strings.Index(out, "{"); start < 0 || json.NewDecoder(strings.NewReader(out[start:])).Decode(&version) != nil {
		l.t.Fatalf("no version in:\n%s", out)
	}
	var is [2]int
	if _, err := fmt.Sscanf(version.Terraform, "%d.%d", &is[0], &is[1]); err != nil {
		l.t.Fatalf("version %q: %v", version.Terraform, err)
	}
	if tofu := strings.Contains(filepath.Base(l.terraform), "tofu"); tofu || is[0] < major || is[0] == major && is[1] < minor {
		l.t.Skipf("needs Terraform %d.%d; this is %s of %s", major, minor, version.Terraform, l.terraform)
	}
}

// StoreExists reports whether anything has been written.
func (l *Lab) StoreExists() bool {
	if l.server != nil {
		return l.server.Made(l.t, l.store)
	}
	_, err := os.Stat(l.store)
	return err == nil
}

// Cloud is the lab's cloud, to look at or change behind Terraform's back.
func (l *Lab) Cloud() *emulator.Cloud {
	s, err := open.Store(l.store)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return emulator.New(s)
}

// Unwrap joins the lines of a message that Terraform wrapped.
func Unwrap(out string) string { return strings.Join(strings.Fields(out), " ") }
