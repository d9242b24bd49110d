package managed

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// parse reads a document without losing digits of its numbers.
func parse(body []byte) (Document, error) {
	doc := Document{}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("parse document: %w", err)
	}
	return doc, nil
}
