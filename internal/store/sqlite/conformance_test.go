package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/storetest"
)

func newDatabase(tb testing.TB) func() store.Store {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "lab.db")
	return func() store.Store { return sqlite.Open(path) }
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, newDatabase)
}

func Benchmark(b *testing.B) {
	b.Run("FULL", func(b *testing.B) { storetest.Bench(b, newDatabase) })
	b.Run("NORMAL", func(b *testing.B) {
		storetest.Bench(b, func(tb testing.TB) func() store.Store {
			tb.Helper()
			path := filepath.Join(tb.TempDir(), "lab.db")
			return func() store.Store { return sqlite.Open(path, sqlite.RelaxedSync()) }
		})
	})
}
