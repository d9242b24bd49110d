package provider_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// isFindingPage reports whether a guide is the page of a finding.
func isFindingPage(file string) bool {
	return slices.Contains(reach.Codes(), strings.TrimSuffix(filepath.Base(file), ".md"))
}

// The network on the page of every finding is planned, and what is reported is, word for word, what the page says.
func TestAccFindingPages(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Setenv("VPCLAB_ON_FAILURE", "warning")
	var root strings.Builder
	said := map[string]string{}
	for _, code := range reach.Codes() {
		if code == reach.CodePeeringSelf {
			continue // Not even a network by value may have it; see below.
		}
		lab.Mkdir(code)
		for _, b := range fences(t, "../../docs/guides/"+code+".md") {
			switch b.language {
			case "terraform":
				lab.Write(code+"/main.tf", labtest.Header+b.text)
				fmt.Fprintf(&root, "module %q {\n  source = \"./%s\"\n}\n", code, code)
				if strings.Contains(b.text, "output \"report\"") {
					fmt.Fprintf(&root, "output %q {\n  value = module.%s.report\n}\n", code, code)
				}
			case "text":
				said[code] = strings.TrimSpace(b.text)
			case "diff":
			default:
				t.Errorf("the page %s has a block of %s, which no test looks at", code, b.language)
			}
		}
	}
	lab.Configure(root.String())
	lab.Must(0, "get")
	reported, warnings := lab.Planned()
	for code, text := range said {
		if !strings.Contains(text, "["+code+"]") {
			t.Errorf("%s: the report on its page does not have it:\n%s", code, text)
		}
		switch got, ok := reported[code]; {
		case ok && got != text:
			t.Errorf("%s: the page says\n%s\n\nand Terraform\n%s", code, text, got)
		case !ok && !slices.ContainsFunc(warnings, func(w string) bool { return strings.Contains(w, code) }):
			t.Errorf("%s: not reported", code)
		}
	}
	lab = labtest.New(t)
	lab.Configure(labtest.Header + fences(t, "../../docs/guides/"+reach.CodePeeringSelf+".md")[0].text)
	if out := lab.Must(1, "plan"); !strings.Contains(out, "VPC peered with itself") {
		t.Errorf("a VPC peered with itself is not refused:\n%s", out)
	}
}
