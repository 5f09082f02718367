package journal

import (
	"errors"
	"testing"
)

// TestReadingMeetsDamage: damage that only reading meets is told by its error, and by the
// journal from when it hears of it until another file takes the place.
func TestReadingMeetsDamage(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	ruin(t, path, "names")
	r := reader(t, path)
	if _, err := r.Names(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Names = %v; want ErrDamaged", err)
	}
	if j.Damaged() {
		t.Error("damaged before the journal heard of it")
	}
	if j.MetDamage(); !j.Damaged() {
		t.Error("not damaged after the journal heard of it")
	}
	ruin(t, path, "exceptions")
	if err := j.PutException(t.Context(), Exception{Host: "shop.example", Kind: ExceptionBlock}); err != nil {
		t.Fatal(err)
	}
	if j.MovedAside() == "" || j.Damaged() {
		t.Errorf("moved aside to %q, damaged %t; want another file that is not", j.MovedAside(), j.Damaged())
	}
	if _, err := r.Names(t.Context()); err != nil {
		t.Error(err)
	}
}
