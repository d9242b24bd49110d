package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// header is what the beginning of a file says about it; see https://www.sqlite.org/fileformat2.html.
type header struct {
	// empty is a file without any bytes.
	empty bool
	// database is a file that calls itself an SQLite database, version 3.
	database bool
	// application and version are the numbers PRAGMA application_id and PRAGMA user_version return.
	application, version uint32
	// tables says whether the schema holds anything.
	tables bool
}

const (
	headerMagic       = "SQLite format 3\x00"
	headerVersion     = 60
	headerApplication = 68
	// The schema is a b-tree with its root behind the header: one byte with the type of the page, two bytes further
	// on the number of its cells in two bytes.
	headerRootType  = 100
	headerRootCells = 103
	headerSize      = 108
	rootLeaf        = 0x0d
)

// readHeader reads the beginning of a file.
func readHeader(r io.ReaderAt) (header, error) {
	b := make([]byte, headerSize)
	n, err := r.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return header{}, fmt.Errorf("reading the header: %w", err)
	}
	if n == 0 {
		return header{empty: true}, nil
	}
	if n < headerSize || string(b[:len(headerMagic)]) != headerMagic {
		return header{}, nil
	}
	return header{
		database:    true,
		application: binary.BigEndian.Uint32(b[headerApplication:]),
		version:     binary.BigEndian.Uint32(b[headerVersion:]),
		tables:      b[headerRootType] != rootLeaf || binary.BigEndian.Uint16(b[headerRootCells:]) > 0,
	}, nil
}
