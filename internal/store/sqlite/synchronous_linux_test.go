package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// BenchmarkSync measures what waiting for the disk costs: synchronous = FULL, which a store has, beside NORMAL, with one
// writer and with eight at once. An insert is of the size of a security group rule.
func BenchmarkSync(b *testing.B) {
	for _, mode := range []struct {
		name    string
		options []sqlite.Option
	}{{"FULL", nil}, {"NORMAL", []sqlite.Option{sqlite.RelaxedSync()}}} {
		for _, writers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/writers=%d", mode.name, writers), func(b *testing.B) {
				s := sqlite.Open(filepath.Join(b.TempDir(), "lab.db"), mode.options...)
				defer s.Close() //nolint:errcheck // What is measured has been checked.
				if err := fill(b.Context(), s, 1000); err != nil {
					b.Fatal(err)
				}
				insertParallel(b, s, writers)
			})
		}
	}
}

// insertParallel inserts b.N documents from several goroutines at once, and reports how many a second, and how long one waits.
func insertParallel(b *testing.B, s store.Store, writers int) {
	b.Helper()
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	var wait sync.WaitGroup
	before := processor(b)
	b.ResetTimer()
	for range writers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if err := insertRule(b.Context(), s, i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric((processor(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}

// processor is the processor time that this process has used: what counts on a machine that has more to do.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func insertRule(ctx context.Context, s store.Store, i int) error {
	d := document(fmt.Sprintf("rule%08d", i), fmt.Sprintf("rule%08d", i), 0)
	d.Body = fmt.Appendf(nil, `{"id":%q,"description":%0400d}`, d.ID, 0)
	d.References = append(d.References, store.Reference{Field: "security_group_id", Target: "d00001"})
	return insert(ctx, s, d)
}
