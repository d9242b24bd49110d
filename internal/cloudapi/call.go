package cloudapi

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// generation is one of the API's dialects. It decides about the error body, and about what lists carry besides items.
type generation int

const (
	// gateway is what stands before every service.
	gateway generation = iota
	v1
	// v2 are calls under /v2.0 that were added to Neutron and answer errors as v1 does: tags.
	v2
	// neutron is v2.0 proper.
	neutron
	v3
)

// endpoint is one call of the API.
type endpoint struct {
	generation generation
	// kind is the kind of object the call is about, and invalid the code for a request that says nothing valid of it.
	kind    network.Kind
	invalid string
	// open calls need no credentials.
	open   bool
	handle func(*call) (answer, error)
}

// answer runs the handler. A request that only reads sees one state of the lab; a handler that finds that it has to
// write all the same is run again on the lab as it goes on.
func (e *endpoint) answer(c *call) (answer, error) {
	c.cloud, c.seen = c.api.cloud, lookups{}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead || e.generation == gateway {
		return e.handle(c)
	}
	var a answer
	err := c.api.cloud.Reading(c.r.Context(), func(cloud *emulator.Cloud) error {
		c.cloud, c.seen = cloud, lookups{}
		var err error
		a, err = e.handle(c)
		return err
	})
	if errors.Is(err, emulator.ErrReading) {
		c.cloud, c.seen = c.api.cloud, lookups{}
		return e.handle(c)
	}
	return a, err
}

// answer is the status and body of a call that succeeded. A nil body sends none.
type answer struct {
	status int
	body   any
	header http.Header
}

// members is a JSON object whose members are few and known where it is made.
type members = map[string]any

// group is a series of calls about one kind of object in one generation.
type group struct {
	*api
	generation generation
	kind       network.Kind
	invalid    string
}

func (g group) on(pattern string, handle func(*call) (answer, error)) {
	g.mux.Handle(pattern, &endpoint{generation: g.generation, kind: g.kind, invalid: g.invalid, handle: handle})
}

func (a *api) group(g generation, kind network.Kind, invalid string) group {
	return group{a, g, kind, invalid}
}

// call is one request on its way to an answer.
type call struct {
	*api
	w          *recorder
	r          *http.Request
	body       []byte
	requestID  string
	pattern    string
	generation generation
	kind       network.Kind
	invalid    string
	// project is whom the request belongs to.
	project string
	// cloud is what the handler works on: for a request that only reads, one state of the lab.
	cloud *emulator.Cloud
	seen  lookups
}

// path is the value of a part of the path.
func (c *call) path(name string) string { return c.r.PathValue(name) }

func (c *call) ok(status int, body any) (answer, error) {
	return answer{status: status, body: body}, nil
}

// gone is the answer to a deletion, and to other calls that have nothing to say.
func gone() (answer, error) { return answer{status: http.StatusNoContent}, nil }

func (c *call) write(a answer) {
	maps.Copy(c.w.Header(), a.header)
	if a.body == nil {
		c.w.WriteHeader(a.status)
		return
	}
	if m, ok := a.body.(members); ok && c.generation == v3 && a.status < http.StatusBadRequest {
		m["request_id"] = c.requestID
	}
	body, err := json.Marshal(a.body)
	if err != nil { // What the handlers answer can be written; this is for a mistake in one of them.
		c.Logger.Error("encode answer", slog.Any("error", err), slog.String("request_id", c.requestID))
		c.refuse(&refusal{http.StatusInternalServerError, codeInternal, "The answer could not be written."})
		return
	}
	c.w.Header().Set("Content-Type", "application/json;charset=utf-8")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(a.status)
	_, _ = c.w.Write(body) // A client that has gone needs no answer.
}

// belongs says whether the caller can see an object: his own, and a peering connection that asks him.
func (c *call) belongs(o network.Object) bool {
	if p, ok := o.(*network.Peering); ok && p.PeerProjectID == c.project {
		return true
	}
	return o.Base().Project == c.project
}

// get returns the caller's object of type T with an id. Other people's objects are not there.
func get[T network.Object](c *call, cloud *emulator.Cloud, id string) (T, error) {
	var zero T
	o, err := emulator.Get[T](c.r.Context(), cloud, id)
	if err != nil {
		return zero, err
	}
	if !c.belongs(o) {
		return zero, emulator.NotFound(zero.Kind(), id)
	}
	return o, nil
}

// create makes an object of the caller's.
func create[T network.Object](c *call, cloud *emulator.Cloud, o T) (T, error) {
	o.Base().Project = c.project
	created, err := cloud.Create(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return created.(T), nil //nolint:forcetypeassert // Create returns what it was given.
}

// createOr makes an object of the caller's, or only rehearses that when the client asks for a dry run.
func createOr[T network.Object](c *call, dryRun bool, o T) (created T, rehearsed bool, err error) {
	rehearsed, err = c.perform(dryRun, func(cloud *emulator.Cloud) error {
		created, err = create(c, cloud, o)
		return err
	})
	return created, rehearsed, err
}

// change reads the caller's object with an id, lets edit change it, and writes it, with nobody else between.
func change[T network.Object](c *call, id string, edit func(cloud *emulator.Cloud, o T) error) (T, error) {
	changed, _, err := changeOr(c, false, id, edit)
	return changed, err
}

// changeOr is change, or only its rehearsal when the client asks for a dry run.
func changeOr[T network.Object](
	c *call, dryRun bool, id string, edit func(cloud *emulator.Cloud, o T) error,
) (changed T, rehearsed bool, err error) {
	rehearsed, err = c.perform(dryRun, func(cloud *emulator.Cloud) error {
		o, err := get[T](c, cloud, id)
		if err != nil {
			return err
		}
		if err := edit(cloud, o); err != nil {
			return err
		}
		changed, err = update(c, cloud, o)
		return err
	})
	return changed, rehearsed, err
}

func update[T network.Object](c *call, cloud *emulator.Cloud, o T) (T, error) {
	updated, err := cloud.Update(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return updated.(T), nil //nolint:forcetypeassert // Update returns what it was given.
}

// remove deletes the caller's object with an id.
func remove[T network.Object](c *call, id string) (answer, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := get[T](c, cloud, id)
		if err != nil {
			return err
		}
		return cloud.Delete(c.r.Context(), o.Kind(), id)
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}

// perform runs commands, or only rehearses them when the client asks for a dry run.
func (c *call) perform(dryRun bool, commands func(*emulator.Cloud) error) (rehearsed bool, err error) {
	if dryRun {
		return true, c.cloud.Rehearse(c.r.Context(), commands)
	}
	return false, c.cloud.Atomically(c.r.Context(), commands)
}

// passed is the answer to a dry run that went well.
func (c *call) passed() (answer, error) {
	return c.ok(http.StatusAccepted, members{
		"error_code": "SYS.0202", "error_msg": "Request validation has been passed with dry run...",
	})
}

// text is a JSON string, or null for an empty one.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list is items, or an empty list: clients take a null for a broken answer.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func or[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

// set puts a value that the request carries where it belongs; an absent one leaves it as it is.
func set[T any](place *T, value *T) {
	if value != nil {
		*place = *value
	}
}

func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
