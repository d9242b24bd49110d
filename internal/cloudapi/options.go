package cloudapi

import (
	"log/slog"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Options say how the API behaves. The zero value is an API without authentication, delays and faults.
type Options struct {
	// Strict refuses request bodies with members the API does not know. The cloud ignores them (API-08); a mistyped member
	// is easier to find when it is refused.
	Strict bool
	// AccessKey and SecretKey, when both are set, are demanded of every caller: requests carry a signature made with
	// them or a token that was issued for them.
	AccessKey, SecretKey string
	// Project is whom a request belongs to that names no project: in its path, its X-Project-Id header or its token.
	// Empty is network.DefaultProject.
	Project string
	// DomainID and Region are what clients are told that ask for them. Empty is DefaultDomainID and DefaultRegion.
	DomainID, Region string
	// TransitionDelay is how long a new VPC or subnet is shown as being created (API-09). Zero shows it ready at once.
	TransitionDelay time.Duration
	// Faults are answered instead of, or put before, the calls they match.
	Faults []Fault
	// MaxBody is the largest request body in bytes. Zero is DefaultMaxBody.
	MaxBody int64
	// Logger gets one line per request and, with the stack, every panic. Nil logs nothing.
	Logger *slog.Logger
	// Observe is called after every request. It must not block and may be called concurrently.
	Observe func(Access)
	// Clock tells the time; nil is time.Now. The emulated cloud has a clock of its own, which stamps objects.
	Clock func() time.Time
}

// What a lab is called when its owner names nothing.
const (
	DefaultRegion   = "lab-north-1"
	DefaultDomainID = "7670636c616200000000000000000d00"
	// DefaultMaxBody is far above what any call needs; the largest is a route table with two hundred routes.
	DefaultMaxBody = 1 << 20
)

// Access is one request that has been answered.
type Access struct {
	Method, Path, Query string
	// Pattern is the call of the API that the path is one of, empty for an unknown path.
	Pattern string
	// Project is whom the request belongs to, as far as it came to that.
	Project   string
	Status    int
	Bytes     int
	Duration  time.Duration
	RequestID string
}

func (o Options) withDefaults() Options {
	if o.Project == "" {
		o.Project = network.DefaultProject
	}
	if o.DomainID == "" {
		o.DomainID = DefaultDomainID
	}
	if o.Region == "" {
		o.Region = DefaultRegion
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
