package oracle_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/oracle"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

const (
	questions = 4
	packets   = 48
)

// TestMain makes the networks the same on every machine, so that a change is judged by what it changes. Others are looked at
// with -rapid.seed=0, which makes new ones each time, and by FuzzDecideAgrees.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.checks": strconv.Itoa(networks)} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestDecideAgrees compares the evaluator with the oracle on random networks. A failure prints the smallest network
// rapid could find, and the command that repeats it.
//
// Proves: Exact allowed header space (all ports/protocols).
// Proves: Three-valued honesty (unknown is not yes or no).
// Proves: IPv6.
func TestDecideAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, agree)
}

// FuzzDecideAgrees is TestDecideAgrees with inputs the fuzzer looks for.
func FuzzDecideAgrees(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(agree))
}

func agree(t *rapid.T) {
	n := oracle.Random(t)
	corners := oracle.CornersOf(n)
	model := reach.Compile(n)
	for range questions {
		q := oracle.RandomQuestion(t, n)
		seed := rapid.Uint64().Draw(t, "packets")
		a := model.Decide(asReach(q))
		for _, p := range corners.Packets(n, q, packets, rand.New(rand.NewPCG(seed, 0))) {
			if text := disagreement(n, q, &a, p); text != "" {
				t.Fatalf("%s\n  question %s\n  packet   %s\n  answer   %s, allowed %s; refused %s; unclear %s\n%s", text, q, p,
					a.Verdict, a.Allowed, a.Refused, a.Unclear, listing(n))
			}
		}
	}
}

// disagreement compares an answer with the oracle on one packet; "" where they agree.
func disagreement(n *network.Network, q oracle.Question, a *reach.Answer, p traffic.Packet) string {
	allowed, refused, unclear := a.Allowed.Contains(p), a.Refused.Contains(p), a.Unclear.Contains(p)
	contained := map[oracle.Outcome]bool{oracle.Passes: allowed, oracle.Stopped: refused, oracle.Unknown: unclear}
	j, ok := oracle.Decide(n, q, p)
	switch {
	case !ok:
		return ""
	case !q.Asks(p):
		// Packets the question is not about may be in the sets, as long as they are in the right one.
		if (allowed || refused || unclear) && !contained[j.Outcome] {
			return fmt.Sprintf("not asked, and in the wrong set; oracle: %s", j)
		}
		return ""
	case !contained[j.Outcome]:
		return fmt.Sprintf("wrong; oracle: %s", j)
	case allowed && refused || allowed && unclear || refused && unclear:
		return "in two of the sets"
	}
	return ""
}

func asReach(q oracle.Question) reach.Question {
	return reach.Question{
		Source: asEndpoint(q.From), Destination: asEndpoint(q.To), Protocol: q.Protocol,
		Ports: traffic.NewPortSet(q.Ports...), SourcePorts: traffic.NewPortSet(q.SourcePorts...),
		ICMPType: q.Type, ICMPCode: q.Code, Family: traffic.Family(q.Family), Strict: q.Strict,
	}
}

func asEndpoint(e oracle.End) reach.Endpoint {
	out := reach.Endpoint{
		InstanceID: e.Instance, SubnetID: e.Subnet, VPCID: e.VPC, Internet: e.Internet, SecurityGroupIDs: e.Groups,
	}
	if e.Block.IsValid() {
		out.Address = e.Block.String()
	}
	return out
}

// listing is every object of a network, one a line.
func listing(n *network.Network) string {
	var b strings.Builder
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			body, err := json.Marshal(o)
			fmt.Fprintf(&b, "  %s %s %v\n", kind, body, errText(err))
		}
	}
	return b.String()
}

func errText(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}
