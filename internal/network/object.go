package network

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// DefaultProject is the account that owns an object when nobody names one. It has the form of a real project id,
// 32 hexadecimal digits, because clients of the cloud put it into their URLs; the first twelve spell "vpclab".
const DefaultProject = "7670636c616200000000000000000000"

// Meta is what every object has.
type Meta struct {
	ID      string `json:"id,omitempty"`
	Project string `json:"project_id,omitempty"`
	// EnterpriseProjectID is the cost centre the cloud's API files the object under; empty is the default one, "0".
	EnterpriseProjectID string `json:"enterprise_project_id,omitempty"`
	// CreatedAt and UpdatedAt come from the store. They are no part of the object's body and never reach a
	// Terraform state, where they would make two equal plans differ.
	CreatedAt time.Time `json:"-"`
	UpdatedAt time.Time `json:"-"`
}

// Base gives access to the fields every object has.
func (m *Meta) Base() *Meta { return m }

// Reference is an id that an object holds, the attribute that holds it, and the kind of object it must name.
type Reference struct {
	Path  Path
	Kinds []Kind
	ID    string
}

// Object is one object of the modelled cloud. Objects are pointers; whoever hands one on no longer changes it.
type Object interface {
	Kind() Kind
	Base() *Meta
	// Title is the object's name or, where it has none, what distinguishes it from others of its kind.
	Title() string
	// NaturalKey distinguishes the object from every other of its kind in all projects, by values its author chose.
	// Together with a generation it determines the id, so that a plan knows the id before anything exists.
	NaturalKey() string
	// References lists the ids the object holds.
	References() []Reference
	// Normalize fills in what the author may leave out, from the object's own values, its id included, and brings
	// every value to the form in which the cloud stores it. It is idempotent.
	Normalize()
	// Validate reports what is wrong with the object by itself.
	Validate() Problems
}

// idNamespace makes ids of this program differ from name-based UUIDs of other programs.
var idNamespace = uuid.MustParse("0d5c9f0a-6d2b-5c8e-9a37-7670636c6162")

// IssueID returns the id of the generation'th object (from zero) created under a natural key.
func IssueID(kind Kind, key string, generation int64) string {
	return uuid.NewSHA1(idNamespace, []byte(string(kind)+"\x00"+key+"\x00"+strconv.FormatInt(generation, 10))).String()
}

// CouldBeIssued reports whether an id has the form of those this cloud issues: a name-based (version 5) UUID in lower
// case. An id of another form names nothing, whatever store or plan one looks in.
func CouldBeIssued(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.Version() == 5 && u.String() == id
}

func reference(path Path, id string, kinds ...Kind) []Reference {
	if id == "" {
		return nil
	}
	return []Reference{{Path: path, Kinds: kinds, ID: id}}
}

// emptyID is the problem of a list of ids with an empty one: it refers to nothing, so nobody would miss the object.
func emptyID(path Path, code string, kind Kind) Problem {
	return invalid(path, code, "Empty id", "The list of ids holds an empty one. Write the id of a %s, or remove it.", kind.Label())
}

func validateSubnetIDs(ids []string, code string) Problems {
	if slices.Contains(ids, "") {
		return Problems{emptyID(At("subnet_ids"), code, KindSubnet)}
	}
	return nil
}

// Namer is what people call the object with an id.
type Namer func(id string) string

func plainID(id string) string { return id }
