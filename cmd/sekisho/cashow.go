package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sekisho/certs"
	"sekisho/certs/truststore"
)

// caState is what ca show prints.
type caState struct {
	Subject     string    `json:"subject"`
	Fingerprint string    `json:"fingerprint"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
	Path        string    `json:"path"`
	TrustedBy   []string  `json:"trusted_by"`
	Retired     []string  `json:"retired,omitempty"`
}

func caShowCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show",
		Short: "Print the certificate authority's fingerprint, validity, place, and who trusts it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := e.caState()
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(e.out).Encode(s)
			}
			return e.printCA(s)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (e *env) caState() (caState, error) {
	all, err := e.authority()
	if err != nil {
		return caState{}, err
	}
	dir, err := e.dir()
	if err != nil {
		return caState{}, err
	}
	s := caState{
		Subject:     all.Root.Subject.CommonName,
		Fingerprint: certs.Fingerprint(all.Root),
		NotBefore:   all.Root.NotBefore,
		NotAfter:    all.Root.NotAfter,
		Path:        dir.CA(),
		TrustedBy:   []string{},
	}
	for _, store := range truststore.Stores() {
		has, err := store.Has(all.Root)
		if err != nil {
			e.say("%s: %v", store.Name(), err)
		}
		if has {
			s.TrustedBy = append(s.TrustedBy, store.Name())
		}
	}
	for _, old := range all.Retired {
		s.Retired = append(s.Retired, certs.Fingerprint(old))
	}
	return s, nil
}

func (e *env) printCA(s caState) error {
	lines := [][2]string{
		{"name", s.Subject},
		{"SHA-256", s.Fingerprint},
		{"valid", s.NotBefore.Local().Format(time.DateOnly) + " to " + s.NotAfter.Local().Format(time.DateOnly)},
		{"kept in", s.Path},
	}
	if len(s.TrustedBy) == 0 {
		lines = append(lines, [2]string{"trusted by", e.told("nobody on this computer; " + e.command("ca trust") + " changes that")})
	}
	for _, name := range s.TrustedBy {
		lines = append(lines, [2]string{"trusted by", name})
	}
	for _, old := range s.Retired {
		lines = append(lines, [2]string{"retired", old})
	}
	for _, l := range lines {
		if name := e.told(l[0]); name != l[0] {
			l[0] = name + ":" // wide letters are not aligned by their number
		}
		if _, err := fmt.Fprintf(e.out, "%-11s %s\n", l[0], l[1]); err != nil {
			return err
		}
	}
	return nil
}
