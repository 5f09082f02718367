package journal

import "errors"

// ErrDamaged is returned when reading meets damage in the file. What else is in it may be
// of use; see the package's documentation.
var ErrDamaged = errors.New("the file is damaged; a start that finds this moves it aside")

// MetDamage has [Journal.Damaged] tell that a reader of this journal returned ErrDamaged:
// of readers in other hands the journal knows nothing.
func (j *Journal) MetDamage() { j.w.damaged.Store(true) }

// Damaged reports whether reading met damage in the file that is written now.
func (j *Journal) Damaged() bool { return j.w.damaged.Load() }
