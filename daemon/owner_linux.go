package daemon

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const privilege = "grant it once with: sudo setcap cap_net_bind_service=+ep $(command -v sekisho)"

// whoListens returns the command that names the owner of a port, for those of
// other users, which need more rights than we have.
func whoListens(port uint16) string {
	return fmt.Sprintf("see which with: sudo ss -lntup 'sport = :%d'", port)
}

// portOwner names a process that listens on port, TCP or UDP, as "name (pid N)",
// or returns "" when none can be seen.
func portOwner(port uint16) string {
	inodes := map[string]bool{}
	for _, table := range []struct {
		path  string
		state string // of a listening socket, as the kernel numbers them
	}{
		{"/proc/net/tcp", "0A"},
		{"/proc/net/tcp6", "0A"},
		{"/proc/net/udp", "07"},
		{"/proc/net/udp6", "07"},
	} {
		listeners(table.path, table.state, port, inodes)
	}
	if len(inodes) == 0 {
		return ""
	}
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return ""
	}
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !inodes[target] {
			continue
		}
		pid := strings.Split(link, "/")[2]
		return fmt.Sprintf("%s (pid %s)", command(pid), pid)
	}
	return ""
}

// listeners adds the sockets of one table of proc_net(5) that listen on port, in
// the form in which links of /proc/PID/fd name them.
func listeners(path, state string, port uint16, inodes map[string]bool) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != state {
			continue
		}
		_, hex, _ := strings.Cut(fields[1], ":")
		if n, err := strconv.ParseUint(hex, 16, 16); err == nil && uint16(n) == port {
			inodes["socket:["+fields[9]+"]"] = true
		}
	}
}

// command returns the short name of a process, without control characters, which
// a process may put there.
func command(pid string) string {
	name, err := os.ReadFile("/proc/" + pid + "/comm")
	if err != nil || len(name) == 0 {
		return "a program"
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, string(name))
}
