package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

const caExportHelp = `Print the certificate to trust as PEM, for other computers, phones and browsers. It
holds no key. The console serves the same at /ca.crt.`

func caExportCommand(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:     "export",
		Short:   "Print the certificate to trust, or write it to a file",
		Long:    caExportHelp,
		Example: "  sekisho ca export --out sekisho-ca.crt",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := e.authority()
			if err != nil {
				return err
			}
			data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: all.Root.Raw})
			if out == "" || out == "-" {
				_, err := e.out.Write(data)
				return err
			}
			if err := writePublic(out, data); err != nil {
				return failed(fmt.Errorf("export the certificate: %w", err), "name a file in a folder that exists and that you may write to")
			}
			e.say("The certificate is in %s.", out)
			return nil
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "write to `FILE` instead of stdout")
	return c
}

// writePublic writes a file that everybody may read.
func writePublic(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
