// Package sekisho carries the commented default configuration, config.yaml,
// inside the binary, so that a machine with nothing but the binary can print it
// and start on it. It holds no code: package config reads the file, and
// cmd/sekisho is the program.
package sekisho

import _ "embed"

// ConfigYAML is config.yaml as it was when the binary was built, UTF-8 with
// "\n" line ends. It must not be changed; a test in package config holds its
// values equal to config.Default.
//
//go:embed config.yaml
var ConfigYAML string
