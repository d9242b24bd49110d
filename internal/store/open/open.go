// Package open chooses the implementation of a store by its location.
package open

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// Store returns the store at a location: a URL with the scheme postgres or postgresql, or the path of an SQLite file.
// Nothing is opened before the store is used; the error is about the location alone, and holds no password.
func Store(location string) (store.Store, error) {
	if postgres.Is(location) {
		s, err := postgres.Open(location)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if scheme, _, isURL := strings.Cut(location, "://"); isURL {
		return nil, fmt.Errorf("the store is a URL with the scheme %q; it must be postgres://..., or the path of a file",
			scheme)
	}
	return sqlite.Open(location), nil
}
