package console

import "time"

// processorTime is for the benchmark alone, which does without it here.
func processorTime() time.Duration { return 0 }
