// Package memory has tests only: they run the built program with providers whose
// answers are small on the wire and large in memory.
package memory
