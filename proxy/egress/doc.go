// Package egress knows where no client may be led to, whatever a name resolves to: what is
// not the public internet, what listens here, and where clouds hand out the secrets of
// their machines. And it dials, so that this can be asked of the address that is dialled.
// What an owner allows beyond is for the caller to know.
package egress
