//go:build !linux && !windows && !darwin

package main

import "context"

// systemSettings knows no desktop here.
func systemSettings(context.Context) []setting { return nil }
