package postgres_test

import (
	"os"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func newDatabase(tb testing.TB) func() store.Store {
	tb.Helper()
	url := postgrestest.Shared(tb).URL(tb)
	return func() store.Store {
		s, err := postgres.Open(url)
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, newDatabase)
}

func Benchmark(b *testing.B) { storetest.Bench(b, newDatabase) }
