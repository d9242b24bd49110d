package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc/<pid>/stat: 1/100 s on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// interval is how often the process table is read; what a process uses after the last look is not seen.
const interval = 5 * time.Millisecond

// watcher follows the processes that run one binary.
type watcher struct {
	binary string
	done   chan struct{}
	result chan seen
}

// seen is the processor time of all of them and the memory of the largest.
type seen struct {
	cpu    time.Duration
	memory int64
}

func watchProcesses(binary string) *watcher {
	w := &watcher{binary: binary, done: make(chan struct{}), result: make(chan seen)}
	go w.run()
	return w
}

func (w *watcher) stop() seen {
	close(w.done)
	return <-w.result
}

func (w *watcher) run() {
	cpu, memory := map[string]time.Duration{}, map[string]int64{}
	known := map[string]bool{}
	for {
		w.look(known, cpu, memory)
		select {
		case <-w.done:
			var out seen
			for pid := range cpu {
				out.cpu += cpu[pid]
				out.memory = max(out.memory, memory[pid])
			}
			w.result <- out
			return
		case <-time.After(interval):
		}
	}
}

// look reads the figures of every process of the binary. known says of each process id whether it is one; an id that
// has not been decided is looked at again, since a process is somebody else before it starts the binary.
func (w *watcher) look(known map[string]bool, cpu map[string]time.Duration, memory map[string]int64) {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if !known[dir] {
			if exe, err := os.Readlink(dir + "/exe"); err != nil || exe != w.binary {
				continue
			}
			known[dir] = true
		}
		if used, err := processorTime(dir); err == nil {
			cpu[dir] = max(cpu[dir], used)
		}
		if peak, err := peakMemory(dir); err == nil {
			memory[dir] = max(memory[dir], peak)
		}
	}
}

// processorTime reads user and system time, fields 14 and 15 of proc(5) stat. The second field may hold blanks; it
// ends with the last parenthesis.
func processorTime(dir string) (time.Duration, error) {
	body, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(body[strings.LastIndexByte(string(body), ')')+1:]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("%s/stat has %d fields", dir, len(fields))
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, err
}

// peakMemory reads the largest resident size so far.
func peakMemory(dir string) (int64, error) {
	body, err := os.ReadFile(dir + "/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(body), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("%s/status has no VmHWM", dir)
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10, err
}
