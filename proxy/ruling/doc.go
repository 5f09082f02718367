// Package ruling says why something does not simply pass, in one form for all judges, as
// the journal and the warning tell it ([Ruling]), and remembers what was stopped
// ([Incidents]) and where people decided to go on all the same ([Leaves]). It judges
// nothing.
package ruling
