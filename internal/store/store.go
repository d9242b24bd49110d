// Package store keeps the emulated cloud's objects: documents with a kind, an id, a natural key and references to
// other documents. What a document means, and which documents may stand beside each other, the packages above know;
// a new kind of object needs no change here.
//
// The package imports nothing of this project. Implementations live in packages below it (sqlite, postgres), and every
// implementation passes the conformance suite in storetest.
package store

import (
	"context"
	"errors"
	"time"
)

// Errors that every implementation returns wrapped, so that errors.Is finds them.
var (
	// ErrNotFound says that no document has the id asked for.
	ErrNotFound = errors.New("no such document")
	// ErrExists says that a document with the id to insert is there already.
	ErrExists = errors.New("a document with this id exists")
	// ErrGeneration says that the generation promised for a natural key has been taken by somebody else.
	ErrGeneration = errors.New("the generation of this key has moved on")
	// ErrUnusable says that the store cannot be used at all: the file is no store, was written by a newer program,
	// or cannot be read or written. The message names the file or database and what to do.
	ErrUnusable = errors.New("unusable store")
)

// Document is one stored object.
type Document struct {
	// Kind groups documents of one type, such as "vpc".
	Kind string
	// ID identifies the document in the whole store, across kinds.
	ID string
	// Project is the account the document belongs to.
	Project string
	// Key is the natural key under which the id was issued. It does not change when the object is renamed.
	Key string
	// Generation says how many documents had been created under Kind and Key before this one.
	Generation int64
	// References are the ids this document depends on, each with the field that holds it.
	References []Reference
	// Body is the object itself, in JSON, and so in UTF-8. It comes back byte for byte.
	Body []byte
	// Sequence orders documents by creation. The store assigns it; callers leave it zero.
	Sequence int64
	// Revision counts the writes to this document from 1. The store assigns it.
	Revision int64
	// Session names the run of a program that created the document, until somebody claims the document. Empty is
	// claimed.
	Session string
	// CreatedAt and UpdatedAt are the caller's times, kept in UTC with a precision of one second.
	CreatedAt, UpdatedAt time.Time
}

// Reference is one edge from a document to the document with the id Target. A target need not exist: the rules about
// that belong to the caller.
type Reference struct {
	Field  string
	Target string
}

// Query selects documents. The zero value of a field does not restrict.
type Query struct {
	Kind    string
	Project string
	// Key selects documents whose natural key was Key when they were created.
	Key string
	// Target selects documents that refer to this id; with Field, only those that refer to it there. Field alone
	// selects documents that refer to anything there.
	Target string
	Field  string
	// After skips every document up to and including the one with this id, in creation order. An id that is not in
	// the store selects nothing.
	After string
	// Limit bounds the number of documents; zero means all.
	Limit int
	// Bare leaves the References of the documents out, which costs much less when there are many.
	Bare bool
}

// Generation is how many documents have ever been created under a kind and a natural key.
type Generation struct {
	Kind, Key string
	Count     int64
}

// Reader reads one consistent state of the store. It answers only until the function it was given to returns.
type Reader interface {
	// Get returns the document with this id, or an error that is ErrNotFound.
	Get(ctx context.Context, id string) (Document, error)
	// List returns the documents that match, in the order of their creation.
	List(ctx context.Context, q Query) ([]Document, error)
	// Count returns how many documents match; After and Limit are ignored.
	Count(ctx context.Context, q Query) (int, error)
	// Tally counts the documents of q's kind and project by what they refer to in q's field; the rest of q is ignored.
	// Targets that nothing refers to are not in the answer.
	Tally(ctx context.Context, q Query) (map[string]int, error)
	// Generation returns how many documents have ever been created under this kind and natural key. The count
	// survives deletion.
	Generation(ctx context.Context, kind, key string) (int64, error)
	// Generations returns every count that is not zero, in any order.
	Generations(ctx context.Context) ([]Generation, error)
}

// Writer reads and changes the store inside one transaction, and sees its own changes. After ErrNotFound, ErrExists and
// ErrGeneration the transaction goes on as if the question had not been asked; any other error ends it.
type Writer interface {
	Reader
	// Insert adds a document. Its Generation must be the current count of its kind and key, which Insert raises by
	// one; otherwise the error is ErrGeneration. A document with this id is ErrExists.
	Insert(ctx context.Context, d Document) error
	// Replace writes the body, references, project and UpdatedAt of the document with this id; kind, key, generation,
	// session, sequence and CreatedAt stay as they were. No such document is ErrNotFound.
	Replace(ctx context.Context, d Document) error
	// Delete removes the document and its references, or fails with ErrNotFound. References of others to it stay.
	Delete(ctx context.Context, id string) error
	// Claim writes the session of the documents with these ids, and nothing else of them. Ids that are not in the store
	// are left out.
	Claim(ctx context.Context, session string, ids ...string) error
	// SetGeneration makes a count what it says, which Insert otherwise only raises; zero is as if there had never been
	// such a document. It is for whoever empties a store or fills it with documents of another one. A count cannot be
	// negative.
	SetGeneration(ctx context.Context, g Generation) error
}

// Store is a durable set of documents that several processes may use at once.
//
// The functions given to View and Update may be called more than once, when a transaction lost against another one and
// starts again; only what the last call did and returned counts. So they assign their results and do not add to them,
// and have no effect but on the store. An error they return comes back as it is.
type Store interface {
	// View calls read with one consistent state. A store that has never been written is empty, and View does not
	// create it.
	View(ctx context.Context, read func(Reader) error) error
	// Update calls write inside a transaction that commits when write returns nil and ctx is not done, and leaves no
	// trace otherwise. Transactions of all processes run one after the other, and do not wait for a View. The first
	// Update creates the store.
	Update(ctx context.Context, write func(Writer) error) error
	// Location names the store for people, such as the path of its file.
	Location() string
	// Close releases what the store holds open. Transactions that are running end undisturbed, later ones fail. It may
	// be called more than once.
	Close() error
}
