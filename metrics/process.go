package metrics

import (
	"bufio"
	"bytes"
	"strings"

	vm "github.com/VictoriaMetrics/metrics"
)

// process is what is told of the Go runtime and of the process, of all that the
// library knows: in its name, kind and help as Prometheus' own libraries have
// them. What a system does not tell is left out there.
var process = []struct{ name, kind, help string }{
	{"go_gc_duration_seconds", "summary", "Pauses of the garbage collector."},
	{"go_goroutines", gauge, "Goroutines that exist."},
	{"go_info", gauge, "The version of Go."},
	{"go_memstats_alloc_bytes_total", counter, "Bytes allocated on the heap, also those that were freed."},
	{"go_memstats_heap_inuse_bytes", gauge, "Bytes of heap in use."},
	{"go_memstats_next_gc_bytes", gauge, "Size of the heap at which the next collection begins."},
	{"go_memstats_sys_bytes", gauge, "Bytes that the runtime has from the system."},
	{"process_cpu_seconds_total", counter, "Processor time used, in seconds."},
	{"process_max_fds", gauge, "File descriptors that the process may have open."},
	{"process_open_fds", gauge, "File descriptors that the process has open."},
	{"process_resident_memory_bytes", gauge, "Memory in use, in bytes."},
	{"process_start_time_seconds", gauge, "When the process began, in Unix time."},
	{"process_virtual_memory_bytes", gauge, "Address space in use, in bytes."},
}

// writeProcess writes what the library knows of process.
func writeProcess(b *bytes.Buffer) {
	var raw bytes.Buffer
	vm.WriteProcessMetrics(&raw)
	vm.WriteFDMetrics(&raw)
	lines := map[string][]string{}
	for in := bufio.NewScanner(&raw); in.Scan(); {
		name := in.Text()[:max(0, strings.IndexAny(in.Text(), "{ "))]
		for _, suffix := range []string{"_sum", "_count"} {
			if base, ok := strings.CutSuffix(name, suffix); ok && base == "go_gc_duration_seconds" {
				name = base
			}
		}
		lines[name] = append(lines[name], in.Text())
	}
	seen := map[string]bool{}
	for _, p := range process {
		if len(lines[p.name]) == 0 {
			continue
		}
		head(b, p.name, p.help, p.kind)
		for _, line := range lines[p.name] {
			// The library may write a figure from two of its parts.
			if id := line[:max(0, strings.LastIndexByte(line, ' '))]; !seen[id] {
				seen[id] = true
				b.WriteString(line)
				b.WriteByte('\n')
			}
		}
	}
}
