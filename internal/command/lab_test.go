package command_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/command"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// ended is a command that has ended.
type ended struct {
	code     int
	out, log string
}

// invoke runs a command with nothing on its standard input.
func invoke(t *testing.T, args ...string) ended {
	t.Helper()
	return invokeWith(t.Context(), strings.NewReader(""), args...)
}

func invokeWith(ctx context.Context, stdin io.Reader, args ...string) ended {
	var out, log bytes.Buffer
	code := command.Run(ctx, command.Process{Args: args, Stdin: stdin, Stdout: &out, Stderr: &log, Version: "1.2.3"})
	return ended{code, out.String(), log.String()}
}

// must runs a command that has to do what it is for, without a word on standard error.
func must(t *testing.T, args ...string) string {
	t.Helper()
	got := invoke(t, args...)
	if got.code != 0 || got.log != "" {
		t.Fatalf("%q: %+v", args, got)
	}
	return got.out
}

// furnish makes a lab with a past: an object is gone, and its name was used again.
func furnish(t *testing.T, location string, names ...string) {
	t.Helper()
	s, err := open.Store(location)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // Reading it again would show.
	cloud := emulator.New(s)
	for i, name := range names {
		for range 2 {
			v, err := cloud.Create(t.Context(), &network.VPC{Name: name, CIDR: fmt.Sprintf("10.%d.0.0/16", i)})
			if err != nil {
				t.Fatal(err)
			}
			if err := cloud.Delete(t.Context(), network.KindVPC, v.Base().ID); err != nil {
				t.Fatal(err)
			}
		}
		v, err := cloud.Create(t.Context(), &network.VPC{Name: name, CIDR: fmt.Sprintf("10.%d.0.0/16", i)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = cloud.Create(t.Context(), &network.Subnet{
			Name: name, Description: "a & b", VPCID: v.Base().ID, CIDR: fmt.Sprintf("10.%d.1.0/24", i),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// files are the names in a directory, so that nothing is left behind unseen.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "lab.db") {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestExportRestoreExport(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "lab.db") },
		"postgres": func(t *testing.T) string { t.Helper(); return postgrestest.Shared(t).URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, lab, copied := t.TempDir(), place(t), place(t)
			furnish(t, lab, "a", "ü")
			first, second := filepath.Join(dir, "first.json"), filepath.Join(dir, "second.json")
			if got := must(t, "export", "--store="+lab, first); !strings.HasPrefix(got, "Exported 11 objects from ") {
				t.Error(got)
			}
			if got := must(t, "restore", "--store="+copied, first); !strings.HasPrefix(got, "Restored 11 objects from "+first) {
				t.Error(got)
			}
			must(t, "export", "--store="+copied, second)
			a, err := os.ReadFile(first)
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(second)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a, b) {
				t.Errorf("exported again:\n%s\ninstead of\n%s", b, a)
			}
			if got := must(t, "export", "--store="+lab); got != string(a) {
				t.Errorf("on standard output:\n%s\ninstead of\n%s", got, a)
			}
			// Through a pipe, into a lab that holds something.
			furnish(t, copied, "other")
			got := invokeWith(t.Context(), bytes.NewReader(a), "restore", "--store="+copied, "-", "--force")
			if got.code != 0 || must(t, "export", "--store="+copied) != string(a) {
				t.Errorf("from standard input: %+v", got)
			}
			if info, err := os.Stat(first); err != nil || info.Mode().Perm() != 0o600 {
				t.Error("others can read the export:", info.Mode(), err)
			}
			if got := files(t, dir); !slices.Equal(got, []string{"first.json", "second.json"}) {
				t.Error("left behind:", got)
			}
		})
	}
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	lab := filepath.Join(t.TempDir(), "lab.db")
	store := "--store=" + lab
	furnish(t, lab, "a")
	before := must(t, "export", store)
	if got := must(t, "snapshot", store); !strings.Contains(got, "There are no snapshots in") {
		t.Error(got)
	}
	must(t, "snapshot", store, "one")
	furnish(t, lab, "b")
	must(t, "snapshot", store, "two")
	if got := must(t, "snapshot", store); !strings.Contains(got, "Z  one\n") || !strings.Contains(got, "Z  two\n") {
		t.Error(got)
	}
	if got := invoke(t, "snapshot", store, "one"); got.code != 1 || !strings.Contains(got.log, "one.json exists; --force") {
		t.Errorf("%+v", got)
	}
	if got := invoke(t, "restore", store, "--snapshot=one"); got.code != 1 || !strings.Contains(got.log, "--force replaces them") {
		t.Errorf("%+v", got)
	}
	must(t, "restore", store, "--snapshot=one", "--force")
	if got := must(t, "export", store); got != before {
		t.Errorf("restored:\n%s\ninstead of\n%s", got, before)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	lab := filepath.Join(t.TempDir(), "lab.db")
	furnish(t, lab, "a")
	before := must(t, "export", "--store="+lab)
	if got := invoke(t, "reset", "--store="+lab); got.code != 1 || !strings.Contains(got.log, "this would remove 8 objects from") ||
		!strings.Contains(got.log, "--yes") {
		t.Errorf("%+v", got)
	}
	if got := must(t, "export", "--store="+lab); got != before {
		t.Error("it was emptied all the same:", got)
	}
	if got := must(t, "reset", "--store="+lab, "--yes"); !strings.HasPrefix(got, "Removed 8 objects from ") {
		t.Error(got)
	}
	if got := must(t, "export", "--store="+lab); strings.Contains(got, "kind") {
		t.Error("left:", got)
	}
}

// Errors are about what the person wrote, and say what to do.
func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lab, broken := filepath.Join(dir, "lab.db"), filepath.Join(dir, "broken.json")
	furnish(t, lab, "a")
	if err := os.WriteFile(broken, []byte("{\n\"format\": \"tfstate\"\n}"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := must(t, "export", "--store="+lab)
	cases := map[string][]string{
		"there is no lab at " + dir + "/none.db; name one that is there":     {"export", "--store=" + dir + "/none.db"},
		"there is no lab at " + dir + "/none;":                               {"reset", "--yes", "--store=" + dir + "/none"},
		"there is no lab at " + dir + "/missing;":                            {"snapshot", "x", "--store=" + dir + "/missing"},
		broken + " exists; --force replaces it":                              {"export", broken},
		"cannot write " + dir + ": it is not a file":                         {"export", dir, "--force"},
		"there is no directory " + dir + "/no/such; make it":                 {"export", dir + "/no/such/file"},
		broken + ", line 2: the format is not \"vpclab\"":                    {"restore", broken, "--force"},
		"cannot read " + dir + "/none.json: no such file or directory; `ter": {"restore", dir + "/none.json"},
		"standard input, line 1: the file ends too early":                    {"restore", "-", "--force"},
		"name the file to restore, - for":                                    {"restore"},
		"either a file or --snapshot":                                        {"restore", broken, "--snapshot=x"},
		"there is no snapshot \"x\" in " + dir + "/snapshots":                {"restore", "--snapshot=x"},
		"the snapshot name \"../x\" is not":                                  {"snapshot", "../x"},
		"the snapshot name \"a/b\" is not":                                   {"restore", "--snapshot=a/b"},
		"--store: the store is a URL with the scheme \"mysql\"":              {"export", "--store=mysql://x"},
		"unexpected argument exprot, did you mean \"export\"":                {"exprot"},
		"--seed: cannot read " + dir + "/none.json":                          {"emulator", "--seed=" + dir + "/none.json"},
		"--seed: " + broken + ", line 2":                                     {"emulator", "--seed=" + broken},
	}
	for want, args := range cases {
		if args[0] != "exprot" && !strings.Contains(strings.Join(args, " "), "--store") {
			args = append(args, "--store="+lab)
		}
		if got := invoke(t, args...); got.code != 1 || !strings.Contains(got.log, want) || got.out != "" {
			t.Errorf("%q is missing from %+v", want, got)
		}
	}
	if got := must(t, "export", "--store="+lab); got != before {
		t.Errorf("a command that refused has changed the lab:\n%s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !os.IsNotExist(err) {
		t.Error("reading a lab has made one", err)
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lab, seed := filepath.Join(dir, "lab.db"), filepath.Join(dir, "seed.json")
	furnish(t, lab, "seeded")
	must(t, "export", "--store="+lab, seed)

	fresh := filepath.Join(dir, "fresh", "lab.db")
	r := start(t, fresh, "--seed="+seed)
	if _, body := ask(t, http.MethodGet, r.url+"/v1/p/vpcs", ""); strings.Contains(body, "seeded") {
		t.Error("the seed lost its project:", body)
	}
	_, vpcs := ask(t, http.MethodGet, r.url+"/v1/"+network.DefaultProject+"/vpcs", "")
	if !strings.Contains(vpcs, `"name":"seeded"`) {
		t.Error(vpcs)
	}
	// The same seed again, written by hand in another form, is there already.
	text, err := os.ReadFile(seed)
	if err != nil {
		t.Fatal(err)
	}
	loose := strings.Replace(string(text), "{\n  \"format\"", "\n\n{ \"format\"", 1)
	if err := os.WriteFile(seed, []byte(loose), 0o600); err != nil {
		t.Fatal(err)
	}
	again := start(t, fresh, "--seed="+seed)
	if !strings.Contains(again.log.String(), "the lab holds the seed already") {
		t.Error(again.log)
	}
	code, body := ask(t, http.MethodPost, r.url+"/v1/p/vpcs", `{"vpc":{"name":"later","cidr":"10.77.0.0/16"}}`)
	if code != http.StatusOK {
		t.Fatal(code, body)
	}
	got := invoke(t, "emulator", "--store="+fresh, "--seed="+seed)
	if got.code != 1 || !strings.Contains(got.log, "they are not those of "+seed) || !strings.Contains(got.log, "reset") {
		t.Errorf("%+v", got)
	}
}

// A read that waits for what never comes ends with Ctrl-C, and so does everything else, before anything is changed.
func TestInterruptChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lab, saved := filepath.Join(dir, "lab.db"), filepath.Join(dir, "saved.json")
	furnish(t, lab, "a")
	must(t, "export", "--store="+lab, saved)
	before := must(t, "export", "--store="+lab)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	silent, _ := io.Pipe()
	for _, args := range [][]string{
		{"restore", "-", "--force"},
		{"restore", saved, "--force"},
		{"reset", "--yes"},
		{"export", filepath.Join(dir, "half.json")},
		{"export"},
		{"snapshot", "half"},
		{"emulator", "--seed=-"},
	} {
		got := invokeWith(ended, silent, append(args, "--store="+lab)...)
		if got.code != 130 || got.out != "" || !strings.Contains(got.log, "interrupted") {
			t.Errorf("%q: %+v", args, got)
		}
	}
	if got := must(t, "export", "--store="+lab); got != before {
		t.Errorf("changed:\n%s", got)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.Contains(d.Name(), "half") {
			t.Error("left behind:", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	if got := must(t, "--version"); got != "1.2.3\n" {
		t.Errorf("%q", got)
	}
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}, {"-help"}} {
		got := must(t, args...)
		for _, name := range []string{"emulator ", "export ", "restore ", "snapshot ", "reset "} {
			if !strings.Contains(got, "\n  "+name) {
				t.Errorf("%q does not list %s:\n%s", args, name, got)
			}
		}
		if !command.Wants(args) {
			t.Errorf("%q is not for the command line", args)
		}
	}
	for _, name := range []string{"export", "restore", "snapshot", "reset", "emulator"} {
		if got := must(t, name, "--help"); !strings.Contains(got, "--store=PATH|URL") || strings.Contains(got, "${") {
			t.Error(got)
		}
	}
	// As Terraform, and a debugger, start the provider.
	for _, args := range [][]string{nil, {"-debug"}, {"--debug=true"}} {
		if command.Wants(args) {
			t.Errorf("%q is for the command line", args)
		}
	}
}
