package crashtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

const (
	trees   = 3
	subnets = 4
)

// The worker is another process: it brings the lab to what a round wants, as an apply does, and says on its standard
// output what it is about to do and what has been acknowledged: "begin NAME STATE" and "done NAME STATE". The state of
// what is not there is empty.
const (
	envStore = "VPCLAB_CRASH_STORE"
	envRound = "VPCLAB_CRASH_ROUND"
)

// work is the worker's main.
func work() int {
	round, err := strconv.Atoi(os.Getenv(envRound))
	if err == nil {
		err = applyRound(context.Background(), os.Getenv(envStore), round, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// applyRound works on all trees at once.
func applyRound(ctx context.Context, location string, round int, out io.Writer) error {
	s, err := open.Store(location)
	if err != nil {
		return err
	}
	w := &worker{cloud: emulator.New(s), round: round, out: out}
	failures := make([]error, trees)
	var wait sync.WaitGroup
	for i := range trees {
		wait.Go(func() { failures[i] = w.tree(ctx, i) })
	}
	wait.Wait()
	return errors.Join(errors.Join(failures...), s.Close())
}

type worker struct {
	cloud *emulator.Cloud
	round int
	mu    sync.Mutex
	out   io.Writer
}

// say writes one line, whole.
func (w *worker) say(event, name, state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, _ = fmt.Fprintf(w.out, "%s %s %s\n", event, name, state) // Nobody listens any more once the worker is killed.
}

// do runs one command, and says so before and after.
func (w *worker) do(name, state string, command func() error) error {
	w.say("begin", name, state)
	if err := command(); err != nil {
		return fmt.Errorf("%s to %q: %w", name, state, err)
	}
	w.say("done", name, state)
	return nil
}

// wants reports whether a round wants a subnet of a tree: the first two always, the others come and go.
func wants(round, subnet int) bool { return subnet < 2 || (round+subnet)%3 != 0 }

func label(round int) string { return fmt.Sprint("round-", round) }

// desired is the state of everything that a finished round leaves.
func desired(round int) map[string]string {
	out := map[string]string{}
	for i := range trees {
		for _, name := range []string{"vpc", "group", "rules"} {
			out[fmt.Sprint(name, "-", i)] = label(round)
		}
		out[fmt.Sprint("acl-", i)] = label(round) + "/2"
		for j := range subnets {
			if wants(round, j) {
				out[fmt.Sprint("subnet-", i, "-", j)] = label(round)
			}
		}
	}
	return out
}

// tree brings one VPC with all that belongs to it to what the round wants.
func (w *worker) tree(ctx context.Context, i int) error {
	vpc, err := ensure(ctx, w, fmt.Sprint("vpc-", i), &network.VPC{
		Name: fmt.Sprint("vpc-", i), CIDR: fmt.Sprintf("10.%d.0.0/16", i), Description: label(w.round),
	})
	if err != nil {
		return err
	}
	var guarded []string
	for j := range subnets {
		name := fmt.Sprint("subnet-", i, "-", j)
		s := &network.Subnet{
			VPCID: vpc.ID, Name: name, CIDR: fmt.Sprintf("10.%d.%d.0/24", i, j), Description: label(w.round),
		}
		if !wants(w.round, j) {
			if err := remove(ctx, w, name, s); err != nil {
				return err
			}
			continue
		}
		made, err := ensure(ctx, w, name, s)
		if err != nil {
			return err
		}
		if j < 2 {
			guarded = append(guarded, made.ID)
		}
	}
	group, err := ensure(ctx, w, fmt.Sprint("group-", i),
		&network.SecurityGroup{Name: fmt.Sprint("group-", i), Description: label(w.round)})
	if err != nil {
		return err
	}
	set := &network.SecurityGroupRuleSet{SecurityGroupID: group.ID, Rules: map[string]*network.SecurityGroupRule{}}
	for r := range 3 {
		set.Rules[fmt.Sprint("rule", r)] = &network.SecurityGroupRule{
			Direction: network.Ingress, Protocol: "tcp", Ports: []string{strconv.Itoa(1000 + w.round*3 + r)},
			Description: label(w.round),
		}
	}
	err = w.do(fmt.Sprint("rules-", i), label(w.round), func() error {
		_, err := w.cloud.PutRuleSet(ctx, set, network.DefaultProject)
		return err
	})
	if err != nil {
		return err
	}
	acl := &network.NetworkACL{Name: fmt.Sprint("acl-", i), Description: label(w.round), SubnetIDs: guarded}
	if w.round%4 == 0 { // Now and then it is made anew, with its place in the middle of the others.
		if err := remove(ctx, w, acl.Name, acl); err != nil {
			return err
		}
	}
	_, err = ensure(ctx, w, acl.Name, acl)
	return err
}

// present returns the object of o's kind and name, if there is one.
func present[T network.Object](ctx context.Context, w *worker, o T) (T, bool, error) {
	var none T
	all, err := emulator.List[T](ctx, w.cloud, emulator.Filter{Project: network.DefaultProject})
	for _, found := range all {
		if found.Title() == o.Title() {
			return found, true, err
		}
	}
	return none, false, err
}

// ensure creates or updates an object.
func ensure[T network.Object](ctx context.Context, w *worker, name string, o T) (T, error) {
	found, there, err := present(ctx, w, o)
	if err != nil {
		return o, err
	}
	made := network.Object(found)
	err = w.do(name, stateOf(o), func() error {
		if there {
			o.Base().ID = found.Base().ID
			made, err = w.cloud.Update(ctx, o)
		} else {
			made, err = w.cloud.Create(ctx, o)
		}
		return err
	})
	if err != nil {
		return o, err
	}
	typed, ok := made.(T)
	if !ok {
		return o, fmt.Errorf("%s became a %T", name, made)
	}
	return typed, nil
}

// remove deletes an object if it is there.
func remove[T network.Object](ctx context.Context, w *worker, name string, o T) error {
	found, there, err := present(ctx, w, o)
	if err != nil || !there {
		return err
	}
	return w.do(name, "", func() error { return w.cloud.Retire(ctx, o.Kind(), found.Base().ID) })
}

// stateOf is what the test tells apart of an object.
func stateOf(o network.Object) string {
	switch o := o.(type) {
	case *network.VPC:
		return o.Description
	case *network.Subnet:
		return o.Description
	case *network.SecurityGroup:
		return o.Description
	case *network.NetworkACL:
		return fmt.Sprint(o.Description, "/", len(o.SubnetIDs))
	default:
		return ""
	}
}
