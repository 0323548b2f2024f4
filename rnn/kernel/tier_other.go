//go:build !amd64

package kernel

// tiers lists the implementations, the best first.
func tiers() []implementation { return []implementation{generic} }
