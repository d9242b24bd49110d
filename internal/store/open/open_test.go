package open_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

func TestStore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lab.db")
	s, err := open.Store(file)
	if _, ok := s.(*sqlite.Store); !ok || err != nil || s.Location() != file {
		t.Errorf("%T, %v", s, err)
	}
	for _, location := range []string{"postgres://u:s3cret@host/lab", "postgresql://u:s3cret@host/lab"} {
		s, err := open.Store(location)
		if _, ok := s.(*postgres.Store); !ok || err != nil || s.Location() != "postgres://u@host:5432/lab" {
			t.Errorf("%T, %v", s, err)
		}
	}
	for _, location := range []string{"mysql://u:s3cret@host/lab", "postgres://u:s3cret@host:port/lab", "://s3cret"} {
		s, err := open.Store(location)
		if s != nil || err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, %v", location, s, err)
		}
	}
}
