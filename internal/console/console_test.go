package console_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/console"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// hostile is a name that would be markup if it were not escaped.
const hostile = `<script>alert("x")</script>`

// fixed is a lab that never changes.
type fixed struct {
	net *network.Network
	err error
}

func (f fixed) Snapshot(context.Context) (*network.Network, error) { return f.net, f.err }
func (f fixed) Location() string                                   { return "lab of a test" }

// shop is a VPC with a web server and a database whose group lets nobody in, and an object of every other kind. Ids are
// readable, and the VPC has a hostile name.
func shop() fixed {
	b := network.NewBuilder()
	add := func(id string, o network.Object) {
		o.Base().ID, o.Base().Project = id, network.DefaultProject
		o.Normalize()
		b.AddPlanned(o)
	}
	add("vpc", &network.VPC{Name: hostile, CIDR: "10.0.0.0/16"})
	add("other", &network.VPC{Name: "other", CIDR: "10.1.0.0/16"})
	add("peering", &network.Peering{Name: "both", VPCID: "vpc", PeerVPCID: "other"})
	add("route", &network.Route{VPCID: "vpc", Destination: "10.1.0.0/16", Type: network.RoutePeering, NextHop: "peering"})
	add("front", &network.Subnet{VPCID: "vpc", Name: "front", CIDR: "10.0.1.0/24"})
	add("open", &network.SecurityGroup{Name: "open"})
	add("shut", &network.SecurityGroup{Name: "shut", DeleteDefaultRules: true})
	add("offices", &network.AddressGroup{Name: "offices", Entries: []network.AddressEntry{{Address: "192.0.2.0/24"}}})
	add("acl", &network.NetworkACL{Name: "idle"})
	add("web", &network.Instance{Name: "web", SubnetID: "front", IPAddress: "10.0.1.10", SecurityGroupIDs: []string{"open"}})
	add("db", &network.Instance{Name: "db", SubnetID: "front", IPAddress: "10.0.1.20", SecurityGroupIDs: []string{"shut"}})
	return fixed{net: b.Network()}
}

// visit gets a page as a browser does.
func visit(t *testing.T, h http.Handler, target string, change ...func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.Host, r.RemoteAddr = "127.0.0.1:9797", "127.0.0.1:50000"
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header(), w.Body.String()
}

// Every page there is can be seen, forbids scripts, and shows names as text.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	lab := shop()
	h := console.New(lab, console.Options{})
	targets := []string{"/", "/console/reachability", "/console/style.css", "/console/icon.svg"}
	for _, kind := range network.Kinds() {
		for _, o := range lab.net.OfKind(kind) {
			targets = append(targets, "/console/objects/"+string(kind)+"/"+url.PathEscape(o.Base().ID))
		}
		if len(lab.net.OfKind(kind)) > 0 {
			targets = append(targets, "/console/objects/"+string(kind))
		}
	}
	seen := false
	for _, target := range targets {
		code, header, body := visit(t, h, target)
		if code != http.StatusOK {
			t.Errorf("%s: status %d\n%s", target, code, body)
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: the policy is %q", target, header.Get("Content-Security-Policy"))
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: a name is markup, or was filtered out\n%s", target, body)
		}
		seen = seen || strings.Contains(body, "&lt;script&gt;")
	}
	if !seen {
		t.Error("the hostile name is on no page")
	}
	for _, target := range []string{
		"/console/objects/vpc/nothing", "/console/objects/subnet/vpc", "/console/objects/x", "/console/x",
	} {
		if code, _, body := visit(t, h, target); code != http.StatusNotFound || !strings.Contains(body, "Not in this lab") {
			t.Errorf("%s: status %d\n%s", target, code, body)
		}
	}
}

// The first page of an empty lab says what to do.
func TestEmptyLab(t *testing.T) {
	t.Parallel()
	h := console.New(fixed{net: network.NewBuilder().Network()}, console.Options{})
	if code, _, body := visit(t, h, "/"); code != http.StatusOK || !strings.Contains(body, "There is nothing in this lab yet") {
		t.Errorf("status %d\n%s", code, body)
	}
}

// A lab that cannot be read is no broken page.
func TestUnreadableLab(t *testing.T) {
	t.Parallel()
	h := console.New(fixed{err: errors.New("the disk is gone")}, console.Options{})
	if code, _, body := visit(t, h, "/"); code != http.StatusServiceUnavailable || !strings.Contains(body, "the disk is gone") {
		t.Errorf("status %d\n%s", code, body)
	}
}

// A question shows its verdict, the cause, the repair and the way; one that asks nothing says which field is wrong.
func TestReachability(t *testing.T) {
	t.Parallel()
	h := console.New(shop(), console.Options{})
	for name, c := range map[string]struct {
		query string
		want  []string
	}{
		"blocked": {"source=web&destination=db&protocol=tcp&ports=5432", []string{
			`class="verdict blocked"`, "sg_no_rules", "Add to the security group shut", "Checked: with this", "The way there",
		}},
		"reachable": {"source=db&destination=10.0.1.10&protocol=tcp&ports=80", []string{"class=\"verdict"}},
		"address in a VPC": {
			"source=10.0.1.10+in+other&destination=db", []string{"class=\"verdict"},
		},
		"unknown end":         {"source=nobody&destination=db", []string{`No instance or subnet is called &#34;nobody&#34;`}},
		"no end":              {"source=&destination=db", []string{"Say which end is meant."}},
		"bad port":            {"source=web&destination=db&ports=99999", []string{`id="ports-error"`}},
		"ports without ports": {"source=web&destination=db&protocol=icmp&ports=1", []string{"The protocol icmp has no ports."}},
		"bad protocol":        {"source=web&destination=db&protocol=%3Cb%3E", []string{`id="protocol-error"`, "&lt;b&gt;"}},
		"hostile end":         {"source=" + url.QueryEscape(hostile) + "&destination=db", []string{"&lt;script&gt;"}},
	} {
		code, _, body := visit(t, h, "/console/reachability?"+c.query)
		expected := http.StatusOK
		if !strings.Contains(c.want[0], "verdict") {
			expected = http.StatusUnprocessableEntity
		}
		if code != expected || strings.Contains(body, "<script") {
			t.Errorf("%s: status %d\n%s", name, code, body)
		}
		for _, want := range c.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in\n%s", name, want, body)
			}
		}
	}
}

// The REST API has "/" too: clients get what they expect, browsers the page. Nobody gets round the access key, no key
// crosses a network in plain text, and no page of somebody else reads a lab without keys through a name of its own.
func TestAccess(t *testing.T) {
	t.Parallel()
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the API") })
	accept := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Accept", value) }
	}
	login := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.RemoteAddr = address }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	open := console.Beside(api, console.New(shop(), console.Options{}))
	keyed := console.Beside(api, console.New(shop(), console.Options{User: "key", Password: "secret"}))
	for name, c := range map[string]struct {
		handler http.Handler
		target  string
		change  []func(*http.Request)
		code    int
		want    string
	}{
		"a browser":           {open, "/", nil, http.StatusOK, "<!DOCTYPE html>"},
		"curl":                {open, "/", []func(*http.Request){accept("*/*")}, http.StatusOK, "the API"},
		"an SDK":              {open, "/", []func(*http.Request){accept("application/json")}, http.StatusOK, "the API"},
		"another path":        {open, "/v1/p/vpcs", nil, http.StatusOK, "the API"},
		"a foreign name":      {open, "/", []func(*http.Request){host("evil.example")}, http.StatusForbidden, "on this machine only"},
		"localhost":           {open, "/", []func(*http.Request){host("localhost:1")}, http.StatusOK, "<!DOCTYPE html>"},
		"IPv6 loopback":       {open, "/", []func(*http.Request){host("[::1]:1")}, http.StatusOK, "<!DOCTYPE html>"},
		"no key":              {keyed, "/", nil, http.StatusUnauthorized, "Log in"},
		"no key for the form": {keyed, "/console/reachability", nil, http.StatusUnauthorized, "Log in"},
		"a wrong key":         {keyed, "/", []func(*http.Request){login("key", "other")}, http.StatusUnauthorized, "Log in"},
		"the key":             {keyed, "/", []func(*http.Request){login("key", "secret")}, http.StatusOK, "<!DOCTYPE html>"},
		"the key in plain words": {
			keyed, "/", []func(*http.Request){login("key", "secret"), from("192.0.2.1:50000")}, http.StatusForbidden, "Serve HTTPS",
		},
	} {
		if code, _, body := visit(t, c.handler, c.target, c.change...); code != c.code || !strings.Contains(body, c.want) {
			t.Errorf("%s: status %d, want %d and %q\n%.300s", name, code, c.code, c.want, body)
		}
	}
}

// A real browser renders the answer: the sheet is applied, the blocker and its repair are there to read.
func TestInChromium(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("chromium")
	if err != nil {
		program, err = exec.LookPath("google-chrome")
	}
	if err != nil {
		const missing = "there is no chromium on this machine, so no browser looks at the page"
		if os.Getenv("VPCLAB_REQUIRE_CHROMIUM") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	server := httptest.NewServer(console.New(shop(), console.Options{}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	picture := t.TempDir() + "/page.png"
	//nolint:gosec // The program was looked up on PATH.
	browser := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--window-size=1200,1600", "--screenshot="+picture, "--dump-dom",
		server.URL+"/console/reachability?source=web&destination=db&protocol=tcp&ports=5432")
	out, err := browser.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"blocked", "sg_no_rules", "Add to the security group shut", "<svg"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the browser shows no %q:\n%s", want, out)
		}
	}
}
