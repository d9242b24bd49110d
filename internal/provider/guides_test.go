package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// fence is a block of a guide: its language and its text.
type fence struct{ language, text string }

var fencePattern = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

func fences(t *testing.T, file string) []fence {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []fence
	for _, m := range fencePattern.FindAllStringSubmatch(string(body), -1) {
		out = append(out, fence{m[1], m[2]})
	}
	return out
}

// Every guide works line by line: its configuration is written down, its commands are run in order, and one that is said
// to fail has to.
func TestAccGuides(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob("../../docs/guides/*.md")
	if err != nil || len(found) == 0 {
		t.Fatal("there are no guides", err)
	}
	for _, file := range found {
		if isFindingPage(file) {
			continue // TestAccFindingPages plans them all at once.
		}
		blocks := fences(t, file)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			configured := false
			console := consoleScript(blocks)
			if console != "" && os.Getenv(labtest.CloudProvider) == "" {
				t.Skip("set " + labtest.CloudProvider + " to run the guide that needs the real cloud's own provider")
			}
			for _, b := range blocks {
				switch b.language {
				case "terraform":
					lab.Configure(b.text)
					configured = true
				case "hcl":
					name, _, commented := strings.Cut(strings.TrimPrefix(b.text, "# "), "\n")
					if !commented || !strings.HasPrefix(b.text, "# ") {
						t.Fatalf("the first line of an hcl block is a comment with its file's name:\n%s", b.text)
					}
					lab.Write(name, b.text)
				case "shell":
					if code, out := lab.Shell(script(b.text), standIns(t)); code != 0 {
						t.Errorf("exit code %d of\n%s\n%s", code, b.text, out)
					}
				case "text", "yaml", "console", "mermaid":
				default:
					t.Errorf("a guide has a block of %s, which no test looks at", b.language)
				}
			}
			if configured {
				lab.Must(0, "plan")
			}
			if console != "" {
				if code, out := lab.Shell(console, nil); code != 0 {
					t.Errorf("exit code %d of\n%s\n%s", code, console, out)
				}
			}
		})
	}
}

var initialising = regexp.MustCompile(`(?m)^terraform .*\binit$`)

// consoleScript joins the console blocks of a guide into one script, for they are one session: one of them leaves the
// emulator running for those that follow. The providers of tests need no init.
func consoleScript(blocks []fence) string {
	var b strings.Builder
	for _, f := range blocks {
		if f.language == "console" {
			b.WriteString(f.text)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "trap 'kill $(jobs -p)' EXIT\n" + script(initialising.ReplaceAllString(b.String(), ":"))
}

var failing = regexp.MustCompile(`(?m)^(.*?) +# fails.*$`)

// script turns the commands of a guide into one that stops at the first that does not behave as said.
func script(commands string) string {
	return failing.ReplaceAllString(commands, "if $1; then echo 'this should have failed'; exit 99; fi")
}

// standIns keep a guide from downloading and installing what is being tested here.
func standIns(t *testing.T) map[string]string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"git":  `[ "$1" = clone ] && mkdir "$(basename "$2")" && cp -r "` + root + `/examples" "$(basename "$2")/"` + "\n",
		"make": `[ "$1" = install ]` + "\n",
	}
}
