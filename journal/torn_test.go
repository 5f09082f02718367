package journal

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"
)

// TestTornLog takes a journal away from a running writer, as a power cut
// would, and cuts or breaks the end of its log.
func TestTornLog(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		tear func(t *testing.T, wal string, size int64)
		want int // events left of 10
	}{
		{"whole", func(*testing.T, string, int64) {}, 10},
		{"last frame cut", func(t *testing.T, wal string, size int64) {
			if err := os.Truncate(wal, size-100); err != nil {
				t.Fatal(err)
			}
		}, 9},
		{"last frame broken", func(t *testing.T, wal string, size int64) { overwrite(t, wal, noise(50), size-60) }, 9},
		{"garbage behind", func(t *testing.T, wal string, size int64) { overwrite(t, wal, noise(9000), size) }, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			from, path := place(t), place(t)
			j := open(t, from, Options{})
			for i := range 10 {
				record(t, j, numbered(i))
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, suffix := range []string{"", "-wal", ".lock"} {
				b, err := os.ReadFile(from + suffix)
				if err != nil {
					t.Fatal(err)
				}
				replace(t, path+suffix, b)
			}
			info, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			tt.tear(t, path+"-wal", info.Size())

			log, logs := observed()
			j = open(t, path, Options{Log: log})
			if e := record(t, j, full); e.ID <= 10 {
				t.Errorf("id = %d; want no id twice", e.ID)
			}
			got := stored(t, path)
			reports := own(got)
			if left := len(got) - 1 - len(reports); left != tt.want {
				t.Errorf("%d events are left; want %d", left, tt.want)
			}
			if lost := 10 - tt.want; int(j.Lost()) != lost || len(reports) != lost {
				t.Errorf("Lost() = %d and reports %+v; want %d lost and reported", j.Lost(), reports, lost)
			}
			if n := logs.FilterLevelExact(zap.ErrorLevel).Len(); (n > 0) != (tt.want < 10) {
				t.Errorf("%d errors logged", n)
			}
		})
	}
}
