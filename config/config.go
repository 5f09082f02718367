// Package config reads sekisho's configuration: one YAML file, strict, with a
// default for every key. It decides what a well-formed value is (an address, a
// duration, a URL) and leaves what a value means (does the file exist, is the name
// Amazon's) to the packages that use it. Every problem of a file is reported at
// once, led by its YAML path.
//
// [Default] is the truth about defaults and config.yaml in the repository's root
// its documentation; a test holds the two equal.
package config

import (
	"fmt"
	"net/netip"
	"time"

	"sekisho"
)

// Config is one complete configuration. It is a plain value: change a copy before
// it is handed on, not afterwards; its slices and maps are shared by copies.
type Config struct {
	// DataDir holds keys, journal and state; "" means [DefaultDataDir].
	DataDir string
	// Mode says whether dangerous traffic is stopped or only recorded.
	Mode Mode
	// Listen has a host:port for each part; "" switches the part off.
	Listen Listen
	// SellerCentral is the https URL that warning pages offer instead.
	SellerCentral string
	// Language is "auto", "ja" or "en".
	Language string
	// Upstream says how other sites are reached.
	Upstream Upstream
	// Egress says what clients may reach.
	Egress Egress
	// Access says who may use proxy and resolver.
	Access Access
	// Credentials says which sign-ins are asked about.
	Credentials Credentials
	// Intercept says what is never decrypted.
	Intercept Intercept
	// Lists are the owner's own decisions.
	Lists Lists
	// Resolver says how names are resolved.
	Resolver Resolver
	// Journal bounds what is recorded.
	Journal Journal
	// Metrics serves figures for monitoring.
	Metrics Metrics

	dir, file string
	lines     map[string]int
	byFlag    bool // the data folder is that of a flag
}

// Mode is what happens to traffic that is judged dangerous.
type Mode string

// The two modes: Enforce stops it, Observe records it and lets it pass.
const (
	Enforce Mode = "enforce"
	Observe Mode = "observe"
)

// Listen is where each part accepts connections: host:port, where port 0 picks a
// free one, or "" for a part that is off. DNS is bound on UDP and TCP, DoT and
// DoH are DNS over TLS and over HTTPS.
type Listen struct{ Proxy, Console, DNS, DoT, DoH string }

// Upstream is how origins are reached. CAFiles are absolute paths when they come
// from a file. ProxyExcept holds names, addresses and prefixes as written.
type Upstream struct {
	CAFiles     []string
	Proxy       ProxyURL
	ProxyExcept []string
}

// Egress is what clients may reach. No Ports means any port; Allow opens private,
// loopback and link-local prefixes that are refused otherwise.
type Egress struct {
	Ports []uint16
	Allow []netip.Prefix
}

// Access is the prefixes whose clients may use proxy and resolver; never empty.
type Access struct{ Clients []netip.Prefix }

// Credentials is which sign-ins to other sites are asked about: Ask is
// "unfamiliar", "protected" or "always"; Familiar holds names never asked about.
type Credentials struct {
	Ask      string
	Familiar []string
}

// Intercept is what is tunnelled undecrypted besides the built-in list.
type Intercept struct{ Never []string }

// Lists are names or paths of files of names, as written; see [Config.ListFile].
type Lists struct{ Block, Allow []string }

// Resolver is where names are asked: URLs with the scheme udp, tcp, tls or https.
// No Upstreams means the system's. Forward maps a suffix, as written, to its own.
type Resolver struct {
	Upstreams []string
	Forward   map[string][]string
}

// Journal bounds the record of events by age and by size on disk.
type Journal struct {
	Retention Duration
	MaxSize   Size
}

// Metrics is the host:port of the Prometheus endpoint; "" is off.
type Metrics struct{ Listen string }

// Default returns the configuration that holds when nothing is set. Each call
// returns slices of its own.
func Default() Config {
	return Config{
		Mode:          Enforce,
		Listen:        Listen{Proxy: "127.0.0.1:8765", Console: "127.0.0.1:8766", DNS: "127.0.0.1:5354"},
		SellerCentral: "https://sellercentral.amazon.co.jp/",
		Language:      "auto",
		Egress:        Egress{Ports: []uint16{80, 443, 8080, 8443}},
		Access: Access{Clients: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
		}},
		Credentials: Credentials{Ask: "unfamiliar"},
		Journal:     Journal{Retention: Duration(90 * 24 * time.Hour), MaxSize: 512 << 20},
	}
}

// DefaultYAML returns the commented default file, ready to be written or printed.
// The caller owns the bytes.
func DefaultYAML() []byte { return []byte(sekisho.ConfigYAML) }

// Problem returns a problem of the value at a YAML path, such as
// "upstream.ca_files[0]", with the line it was read from when that is known. It is
// for packages that check what a value means.
func (c Config) Problem(path, format string, args ...any) *FieldError {
	return &FieldError{Path: path, Line: c.line(path), Problem: fmt.Sprintf(format, args...)}
}
