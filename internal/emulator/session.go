package emulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Session is one run of a program that creates objects for somebody who keeps a record of them elsewhere, as Terraform
// does in its state. A run that is killed leaves objects that the record lacks: they were stored, and nobody was told.
// So what a session creates carries its name, until Settle says that the record is written. An object that still carries
// the name of a run that is over is an orphan, and whoever is about to create an object of its natural key gets the orphan,
// changed to what the new one was to be.
type Session struct {
	name, host string

	mu sync.Mutex
	// told are the ids of what carries the name of a run and is on record, or will be when this one ends, by cloud. The
	// copies of a Cloud have their memory in common.
	told   map[*decoded]map[string]bool
	clouds map[*decoded]*Cloud
}

// strangers is how long what was created on another machine counts as being told of, because nobody here can see
// whether its run goes on.
const strangers = time.Minute

// NewSession begins a session of this process, which serves the process that started it.
func NewSession() *Session {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return &Session{
		name: fmt.Sprintf("%d %d %s %s", os.Getpid(), os.Getppid(), uuid.NewString(), host), host: host,
		told: map[*decoded]map[string]bool{}, clouds: map[*decoded]*Cloud{},
	}
}

// InSession makes what the cloud creates with Create belong to a session.
func InSession(s *Session) Option { return func(c *Cloud) { c.session = s } }

// Settle says that what the session has created is on record. What earlier runs left and this one was asked for by its
// id is on record as well. A session with neither writes nothing.
func (s *Session) Settle(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failures []error
	for of, c := range s.clouds {
		ids := slices.Sorted(maps.Keys(s.told[of]))
		failures = append(failures, c.store.Update(ctx, func(w store.Writer) error { return w.Claim(ctx, "", ids...) }))
		delete(s.told, of)
	}
	clear(s.clouds)
	return errors.Join(failures...)
}

// of is the name that a document created by the session carries.
func (s *Session) of() string {
	if s == nil {
		return ""
	}
	return s.name
}

// tell notes that an object which carries the name of a run is on record, or is about to be.
func (s *Session) tell(c *Cloud, id string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told[c.decoded] == nil {
		s.told[c.decoded] = map[string]bool{}
		s.clouds[c.decoded] = c
	}
	s.told[c.decoded][id] = true
}

func (s *Session) isTold(c *Cloud, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[c.decoded][id]
}

// isOrphan reports whether a document was created by a run that is over without having settled.
func (s *Session) isOrphan(c *Cloud, d store.Document) bool {
	if s == nil || d.Session == "" || d.Session == s.name || s.isTold(c, d.ID) {
		return false
	}
	var process, parent int
	var nonce, host string
	if _, err := fmt.Sscanf(d.Session, "%d %d %s %s", &process, &parent, &nonce, &host); err != nil {
		return false
	}
	if host == s.host {
		return !isRunning(process) || !isRunning(parent)
	}
	return c.now().Sub(d.CreatedAt) > strangers
}

// isRunning reports whether a process of this machine is there.
func isRunning(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release() //nolint:errcheck // It was only looked at.
	if runtime.GOOS == "windows" {
		return true // There a process that is not there is not found.
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM)
}

// promise returns the id that creating o will give: the next one of its natural key, or that of the orphan that o is.
func (c *Cloud) promise(ctx context.Context, o network.Object, unknown map[string]bool) (string, error) {
	var id string
	err := c.store.View(ctx, func(r store.Reader) error {
		key := o.NaturalKey()
		generation, err := r.Generation(ctx, string(o.Kind()), key)
		if err != nil {
			return err
		}
		id = network.IssueID(o.Kind(), key, generation)
		orphan, err := c.orphan(ctx, r, o, generation, unknown)
		if orphan != nil {
			id = orphan.Base().ID
		}
		return err
	})
	return id, err
}

// orphan returns the last object created under the kind and natural key of o, if it is an orphan that can become what o
// says; attributes that are not known yet may say anything.
func (c *Cloud) orphan(
	ctx context.Context, r store.Reader, o network.Object, generation int64, unknown map[string]bool,
) (network.Object, error) {
	if generation == 0 {
		return nil, nil //nolint:nilnil // None is an answer.
	}
	d, err := r.Get(ctx, network.IssueID(o.Kind(), o.NaturalKey(), generation-1))
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.session.isOrphan(c, d) {
		return nil, nil //nolint:nilnil // None is an answer.
	}
	if err != nil {
		return nil, err
	}
	found, err := c.decode(d)
	if err != nil {
		return nil, err
	}
	same, err := clone(o)
	if err != nil {
		return nil, err
	}
	same.Base().ID = d.ID
	same.Normalize()
	for _, p := range unfixed(found, same) {
		if !unknown[p.Path.Root()] {
			return nil, nil //nolint:nilnil // None is an answer.
		}
	}
	if found.Base().Project != o.Base().Project {
		return nil, nil //nolint:nilnil // None is an answer.
	}
	return found, nil
}

// adopt makes an orphan what o says, in the name of a session.
func (c *Cloud) adopt(
	ctx context.Context, w store.Writer, orphan, o network.Object, session string,
) (network.Object, error) {
	id := orphan.Base().ID
	o.Base().ID = id
	o.Normalize()
	if !reflect.DeepEqual(attributes(orphan), attributes(o)) {
		var err error
		if orphan, err = c.update(ctx, w, o); err != nil {
			return nil, err
		}
	}
	return orphan, w.Claim(ctx, session, id)
}
