package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// export is an export that has been read: the documents with their lines, and all counts.
type export struct {
	name      string
	documents []store.Document
	lines     []int
	counts    map[counted]int64
}

// generations are the counts as a store has them.
func (e *export) generations() []store.Generation {
	out := make([]store.Generation, 0, len(e.counts))
	for at, count := range e.counts {
		out = append(out, store.Generation{Kind: at.kind, Key: at.key, Count: count})
	}
	return out
}

func (e *export) faultAt(line int, format string, args ...any) error {
	return fmt.Errorf("%s, line %d: %w", e.name, line, fmt.Errorf(format, args...))
}

// exportReader walks through the text of an export.
type exportReader struct {
	*export
	text    []byte
	decoder *json.Decoder
	// at is a position that the reader has come by, and its line.
	at, atLine int
	// seen are the members of the document that were there; byID and byKey are the lines of objects.
	seen  map[string]bool
	byID  map[string]int
	byKey map[store.Generation]int
	// told are the counts the document states, with their lines.
	told map[counted]int
}

// readExport reads an export and refuses it when anything about it is wrong that can be seen without a store.
func readExport(name string, text []byte) (*export, error) {
	r := &exportReader{
		export: &export{name: name, counts: map[counted]int64{}}, text: text,
		decoder: json.NewDecoder(bytes.NewReader(text)), atLine: 1, seen: map[string]bool{}, byID: map[string]int{},
		byKey: map[store.Generation]int{}, told: map[counted]int{},
	}
	if at := invalidUTF8(text); at >= 0 {
		return nil, r.faultAt(lineAt(text, at), "the file is not text in UTF-8")
	}
	if err := r.document(); err != nil {
		return nil, err
	}
	for _, member := range []string{"format", "version", "objects"} {
		if !r.seen[member] {
			return nil, fmt.Errorf("%s has no member %q; write one with `terraform-provider-vpclab export`", name, member)
		}
	}
	for at, count := range toldCounts(r.documents) {
		if stated, ok := r.counts[at]; ok && stated < count {
			return nil, r.faultAt(r.told[at], "the count of %s %q is %d, and there is an object of generation %d",
				at.kind, at.key, stated, count-1)
		} else if !ok {
			r.counts[at] = count
		}
	}
	return r.export, nil
}

func (r *exportReader) document() error {
	if err := r.delim('{', "an export is a JSON object"); err != nil {
		return err
	}
	for r.decoder.More() {
		line := r.line()
		token, err := r.decoder.Token()
		if err != nil {
			return r.unreadable(line, err)
		}
		name, _ := token.(string)
		if r.seen[name] {
			return r.faultAt(line, "the member %q is there twice", name)
		}
		r.seen[name] = true
		if err := r.member(name, line); err != nil {
			return err
		}
	}
	if err := r.delim('}', "an export is a JSON object"); err != nil {
		return err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return r.faultAt(r.line(), "there is more after the end of the document")
	}
	return nil
}

func (r *exportReader) member(name string, line int) error {
	switch name {
	case "format":
		var format string
		if err := r.decoder.Decode(&format); err != nil || format != exportFormat {
			return r.faultAt(line, "the format is not %q: this is no export of a lab", exportFormat)
		}
		return nil
	case "version":
		var version int
		if err := r.decoder.Decode(&version); err != nil || version < 1 {
			return r.faultAt(line, "the version is not a number from 1")
		}
		if version > exportVersion {
			return r.faultAt(line, "the export has version %d, and this program knows up to %d: use a newer one",
				version, exportVersion)
		}
		return nil
	case "objects":
		return r.list(name, r.object)
	case "counts":
		return r.list(name, r.count)
	default:
		return r.faultAt(line, "unknown member %q; an export has format, version, objects and counts", name)
	}
}

// list reads the items of a list one by one.
func (r *exportReader) list(name string, item func(line int) error) error {
	what := name + " is a list"
	if err := r.delim('[', what); err != nil {
		return err
	}
	for r.decoder.More() {
		if err := item(r.line()); err != nil {
			return err
		}
	}
	return r.delim(']', what)
}

func (r *exportReader) object(line int) error {
	var rec struct {
		Kind       *string         `json:"kind"`
		Key        *string         `json:"key"`
		Generation *int64          `json:"generation"`
		CreatedAt  *time.Time      `json:"created_at"`
		UpdatedAt  *time.Time      `json:"updated_at"`
		Object     json.RawMessage `json:"object"`
	}
	if err := r.decode(line, &rec); err != nil {
		return err
	}
	switch {
	case rec.Kind == nil:
		return r.faultAt(line, "the object has no kind")
	case rec.Key == nil, rec.Generation == nil, rec.CreatedAt == nil, rec.UpdatedAt == nil, rec.Object == nil:
		return r.faultAt(line, "the object lacks one of key, generation, created_at, updated_at and object")
	}
	kind := network.Kind(*rec.Kind)
	o := network.New(kind)
	switch {
	case o == nil:
		return r.faultAt(line, "there is no kind of object %q", *rec.Kind)
	case *rec.Generation < 0:
		return r.faultAt(line, "the generation is %d; it is a number from 0", *rec.Generation)
	}
	body := json.NewDecoder(bytes.NewReader(rec.Object))
	body.DisallowUnknownFields()
	if err := body.Decode(o); err != nil {
		return r.faultAt(line, "the %s cannot be read: %w", kind.Label(), plain(err))
	}
	if err := r.admit(line, o, store.Generation{Kind: *rec.Kind, Key: *rec.Key, Count: *rec.Generation}); err != nil {
		return err
	}
	d, err := toDocument(o)
	if err != nil {
		return err
	}
	var exact bytes.Buffer
	if err := json.Compact(&exact, rec.Object); err != nil {
		return err
	}
	d.Key, d.Generation, d.CreatedAt, d.UpdatedAt = *rec.Key, *rec.Generation, *rec.CreatedAt, *rec.UpdatedAt
	d.Body = exact.Bytes()
	r.documents, r.lines = append(r.documents, d), append(r.lines, line)
	return nil
}

// admit refuses an object that is not valid by itself, or whose place another one has.
func (r *exportReader) admit(line int, o network.Object, place store.Generation) error {
	id, label := o.Base().ID, o.Kind().Label()
	switch {
	case !network.CouldBeIssued(id):
		return r.faultAt(line, "the id of the %s is %q; an id is a name-based (version 5) UUID in lower case", label, id)
	case o.Base().Project == "":
		return r.faultAt(line, "the %s %s has no project_id", label, called(o))
	case r.byID[id] != 0:
		return r.faultAt(line, "the id %s is on line %d already", id, r.byID[id])
	case r.byKey[place] != 0:
		return r.faultAt(line, "generation %d of %s %q is on line %d already", place.Count, place.Kind, place.Key,
			r.byKey[place])
	}
	if problems := o.Validate(); problems.Err() != nil {
		return r.faultAt(line, "%s %s: %s", label, called(o), told(problems))
	}
	r.byID[id], r.byKey[place] = line, line
	return nil
}

func (r *exportReader) count(line int) error {
	var t tally
	if err := r.decode(line, &t); err != nil {
		return err
	}
	at := counted{t.Kind, t.Key}
	switch {
	case network.New(network.Kind(t.Kind)) == nil:
		return r.faultAt(line, "there is no kind of object %q", t.Kind)
	case t.Count < 1:
		return r.faultAt(line, "the count is %d; it is a number from 1", t.Count)
	case r.told[at] != 0:
		return r.faultAt(line, "the count of %s %q is on line %d already", t.Kind, t.Key, r.told[at])
	}
	r.counts[at], r.told[at] = t.Count, line
	return nil
}

// decode reads one value, whose members must all be known.
func (r *exportReader) decode(line int, into any) error {
	var raw json.RawMessage
	if err := r.decoder.Decode(&raw); err != nil {
		return r.unreadable(line, err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return r.faultAt(line, "%w", plain(err))
	}
	return nil
}

// delim reads a bracket.
func (r *exportReader) delim(want json.Delim, what string) error {
	line := r.line()
	token, err := r.decoder.Token()
	if err != nil {
		return r.unreadable(line, err)
	}
	if token != want {
		return r.faultAt(line, "%s, and here is %v", what, token)
	}
	return nil
}

// line is the line of what comes next.
func (r *exportReader) line() int {
	at := int(r.decoder.InputOffset())
	for at < len(r.text) && (r.text[at] == ' ' || r.text[at] == ',' || r.text[at] == ':' ||
		r.text[at] == '\n' || r.text[at] == '\r' || r.text[at] == '\t') {
		at++
	}
	r.atLine += bytes.Count(r.text[r.at:at], []byte("\n"))
	r.at = at
	return r.atLine
}

// unreadable is the error for what is not JSON, in a value that begins on a line.
func (r *exportReader) unreadable(line int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.faultAt(lineAt(r.text, len(r.text)), "the file ends too early")
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		// The position is counted from a place that the decoder keeps to itself, so it can be too low.
		line = max(line, lineAt(r.text, int(syntax.Offset)))
	}
	return r.faultAt(line, "this is not JSON: %w", err)
}

// plain words an error of package json for people.
func plain(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%s is a %s; it must be a %s", wrong.Field, wrong.Value, wrong.Type)
	}
	return err
}

func lineAt(text []byte, at int) int {
	return 1 + bytes.Count(text[:min(max(at, 0), len(text))], []byte("\n"))
}

// invalidUTF8 is the position of the first byte that is part of no character, or -1.
func invalidUTF8(text []byte) int {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}
