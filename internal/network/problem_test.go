package network_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func TestClass(t *testing.T) {
	for class, want := range map[network.Class]string{
		network.Invalid: "invalid", network.NotFound: "not found", network.Conflict: "conflict", network.InUse: "in use",
		network.Quota: "quota", network.Advice: "advice",
	} {
		if got := class.String(); got != want {
			t.Errorf("class %d is %q; want %q", class, got, want)
		}
	}
}

func TestProblemTexts(t *testing.T) {
	p := network.Problem{Path: network.At("ports").Index(1), Code: "VPC.9902", Summary: "Invalid port", Detail: "0 is no port."}
	if got, want := p.Error(), "ports[1]: Invalid port: 0 is no port. (VPC.9902)"; got != want {
		t.Errorf("the error is %q; want %q", got, want)
	}
	if got := p.ForAuthor(); got != p.Detail {
		t.Errorf("without a remedy the author reads %q", got)
	}
	advised := p.Advising("Set %s.", "ports")
	if got, want := advised.ForAuthor(), "0 is no port. Set ports."; got != want {
		t.Errorf("with a remedy the author reads %q; want %q", got, want)
	}
	if advised.Detail != p.Detail || p.Remedy != "" {
		t.Errorf("the remedy went into the detail %q or the first problem %q", advised.Detail, p.Remedy)
	}
	p.Path, p.Code = nil, ""
	if got, want := p.Error(), "Invalid port: 0 is no port."; got != want {
		t.Errorf("the error of the object as a whole is %q; want %q", got, want)
	}
}

func TestProblems(t *testing.T) {
	bad := network.Problem{Path: network.At("cidr"), Summary: "Bad", Detail: "So."}
	worse := network.Problem{Class: network.Conflict, Summary: "Worse", Detail: "Thus."}
	hint := network.Problem{Class: network.Advice, Path: network.At("name"), Summary: "Hint", Detail: "Mind."}
	all := network.Problems{bad, hint, worse}
	if got, want := all.Error(), "cidr: Bad: So.\nWorse: Thus."; got != want {
		t.Errorf("the error is %q; want %q", got, want)
	}
	if diff := cmp.Diff(network.Problems{bad, worse}, all.Refusals()); diff != "" {
		t.Errorf("the refusals differ (-want +got):\n%s", diff)
	}
	var problems network.Problems
	if err := all.Err(); !errors.As(err, &problems) || len(problems) != 2 {
		t.Errorf("the error is %#v; want the two refusals", err)
	}
	for _, none := range []network.Problems{nil, {}, {hint}} {
		if err := none.Err(); err != nil {
			t.Errorf("%d problems that refuse nothing are the error %v", len(none), err)
		}
	}
}

func TestKnowing(t *testing.T) {
	problems := network.Problems{
		{Path: network.At("cidr"), Summary: "of cidr"},
		{Path: network.At("entries").Index(0).Attr("address"), Involves: []string{"ip_version"}, Summary: "of entries"},
		{Summary: "of the object"},
	}
	for _, c := range []struct {
		unknown []string
		want    []string
	}{
		{nil, []string{"of cidr", "of entries", "of the object"}},
		{[]string{"cidr"}, []string{"of entries", "of the object"}},
		{[]string{"entries"}, []string{"of cidr", "of the object"}},
		{[]string{"ip_version"}, []string{"of cidr", "of the object"}},
		{[]string{"address"}, []string{"of cidr", "of entries", "of the object"}},
		{[]string{"cidr", "ip_version"}, []string{"of the object"}},
	} {
		unknown := map[string]bool{}
		for _, a := range c.unknown {
			unknown[a] = true
		}
		var got []string
		for _, p := range problems.Knowing(unknown) {
			got = append(got, p.Summary)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("while %v is unknown the problems differ (-want +got):\n%s", c.unknown, diff)
		}
	}
}

func TestWithin(t *testing.T) {
	problems := network.Problems{{Path: network.At("ports").Index(1), Involves: []string{"protocol"}}, {}}
	got := problems.Within(network.At("rules").Key("web"))
	if got[0].Path.String() != `rules["web"].ports[1]` || got[1].Path.String() != `rules["web"]` {
		t.Errorf("the paths are %s and %s", got[0].Path, got[1].Path)
	}
	// The attribute it involves is none of the outer object's.
	if got[0].Involves != nil || problems[0].Involves == nil || problems[0].Path.String() != "ports[1]" {
		t.Errorf("the problem became %+v, the one given is %+v", got[0], problems[0])
	}
}
