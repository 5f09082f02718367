package imitation

// maxStored is how many bytes behind the name of a storage the words begin that a script
// puts there: setItem("k",JSON.stringify([ and the like are between.
const maxStored = 160

// stores takes note of a storage that a script names.
func (s *script) stores(at int) { s.storage = s.total + at + 1 }

// keeps takes note of words that end at a place, if they are put into a storage, where
// another page takes them from: the next one has the fields, and says nothing. Pages
// that quote have theme and language in there, and not their text.
func (s *script) keeps(sign, from int) {
	if s.storage > 0 && from-s.storage <= maxStored && signs[sign].weight >= firm {
		s.seen.add(storedWords)
	}
}

var storageWrite, storedWords = known("storage-write"), known("stored-words")
