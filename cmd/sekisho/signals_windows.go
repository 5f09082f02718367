package main

import "os"

// notifyReload does nothing: Windows has no signal that would ask for a reload.
func notifyReload(chan<- os.Signal) (stop func()) { return func() {} }
