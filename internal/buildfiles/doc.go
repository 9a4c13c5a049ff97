// Package buildfiles has tests only: that the files which build, pack and ship
// the program say the same.
package buildfiles
