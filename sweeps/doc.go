// Package sweeps holds the sweeps that ship, one file each. A sweep of your
// own is a file beside them: declare it with register and `sweep run` knows it.
package sweeps
