// Package sinkhole has the listeners to which the resolver leads clients that trust the
// authority instead of to a blocked name, and takes their connections as far as a
// request: who may have a place, for which name there is a leaf at this moment, and
// that a request is for that name. What is blocked, and what is answered, its [House]
// says.
//
// A leaf for any name, at an address to which any name can be pointed, would be the
// authority's own signature under an attack. So there is one only while the name is
// blocked, for a day, and each connection is to show anew that its client trusts it.
package sinkhole
