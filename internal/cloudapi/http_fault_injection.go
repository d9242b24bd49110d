package cloudapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Fault is a failure to answer some calls with, so that a client's handling of it can be tested.
type Fault struct {
	// Method is an HTTP method, or empty or "*" for every one.
	Method string
	// Path is the path of the calls: "*" stands for one part of it, a final "**" for any number. Empty is every path.
	Path string
	// Status is the HTTP status to answer with. Zero lets the call go on, after the latency.
	Status int
	// Latency is how long the answer is put off.
	Latency time.Duration
	// Every lets the fault apply to each Every'th call of those only; 0 and 1 are all of them.
	Every int
	// Times is the number of calls the fault applies to; 0 is any number.
	Times int
}

// ParseFault reads a fault as people write it: a method, a path, and "status=", "latency=", "every=" and "times=" in
// any order, such as "POST /v1/*/vpcs status=503 every=3". The method and the path may be "*".
func ParseFault(text string) (Fault, error) {
	fields := strings.Fields(text)
	if len(fields) < 3 {
		return Fault{}, fmt.Errorf("fault %q: write a method, a path and what happens, such as \"GET * status=500\"", text)
	}
	f := Fault{Method: strings.ToUpper(fields[0]), Path: fields[1]}
	if f.Path == "*" {
		f.Path = ""
	} else if !strings.HasPrefix(f.Path, "/") {
		return Fault{}, fmt.Errorf("fault %q: the path %q must begin with /, or be *", text, f.Path)
	}
	for _, field := range fields[2:] {
		name, value, _ := strings.Cut(field, "=")
		if err := f.set(name, value); err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	if f.Status == 0 && f.Latency == 0 {
		return Fault{}, fmt.Errorf("fault %q has no effect: give it a status or a latency", text)
	}
	return f, nil
}

func (f *Fault) set(name, value string) error {
	var err error
	switch name {
	case "status":
		if f.Status, err = strconv.Atoi(value); err != nil || f.Status < 400 || f.Status > 599 {
			return fmt.Errorf("status is %q; it must be an HTTP error, 400 to 599", value)
		}
	case "latency":
		if f.Latency, err = time.ParseDuration(value); err != nil || f.Latency <= 0 {
			return fmt.Errorf("latency is %q; it must be a duration such as 200ms or 2s", value)
		}
	case "every":
		if f.Every, err = strconv.Atoi(value); err != nil || f.Every < 1 {
			return fmt.Errorf("every is %q; it must be 1 or more", value)
		}
	case "times":
		if f.Times, err = strconv.Atoi(value); err != nil || f.Times < 1 {
			return fmt.Errorf("times is %q; it must be 1 or more", value)
		}
	default:
		return fmt.Errorf("%q is none of status, latency, every and times", name)
	}
	return nil
}

// activeFault is a fault with its counts.
type activeFault struct {
	Fault
	matched, applied atomic.Int64
}

func activate(faults []Fault) []*activeFault {
	out := make([]*activeFault, len(faults))
	for i, f := range faults {
		out[i] = &activeFault{Fault: f}
	}
	return out
}

// applies reports whether the fault applies to a call.
func (f *activeFault) applies(method, path string) bool {
	if f.Method != "" && f.Method != "*" && !strings.EqualFold(f.Method, method) || !matchesPath(f.Path, path) {
		return false
	}
	if every := int64(f.Every); f.matched.Add(1)%max(every, 1) != 0 {
		return false
	}
	return f.Times == 0 || f.applied.Add(1) <= int64(f.Times)
}

func matchesPath(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range want {
		if part == "**" && i == len(want)-1 {
			return true
		}
		if i >= len(got) || part != "*" && part != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

// injectFaults delays the request, or responds with an error, where a fault applies to it. It reports whether the request
// goes on.
func (c *requestContext) injectFaults() bool {
	for _, f := range c.faults {
		if !f.applies(c.r.Method, c.r.URL.Path) {
			continue
		}
		if err := wait(c.r.Context(), f.Latency); err != nil {
			c.writeError(err)
			return false
		}
		if f.Status != 0 {
			c.writeError(&apiError{f.Status, injectedErrorCode(f.Status), "This failure was asked for with a fault of the emulator."})
			return false
		}
	}
	return true
}

// injectedErrorCode is the code the gateway sends with a status where it has one.
func injectedErrorCode(status int) string {
	switch status {
	case http.StatusTooManyRequests:
		return "APIGW.0308"
	case http.StatusUnauthorized:
		return "APIGW.0301"
	default:
		return fmt.Sprintf("SYS.%04d", status)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
