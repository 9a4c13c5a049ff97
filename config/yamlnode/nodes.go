package yamlnode

// nodes returns an upper bound of the nodes that a text has as YAML, without
// parsing it: each node but the first needs punctuation before or after it. The
// bound counts punctuation in texts and comments too. A comment counts as a
// node, because the library keeps it.
func nodes(content []byte) int {
	total := 1
	for i, c := range content {
		switch c {
		case ':', '?', '{', ',': // a key and its value
			total += 2
		case '[': // its first entry
			total++
		case '#': // a comment, if it begins here
			if i == 0 || content[i-1] <= ' ' {
				total++
			}
		case '-': // an entry, if a space follows
			if i+1 == len(content) || content[i+1] <= ' ' || content[i+1] >= 0x80 {
				total++
			}
		}
	}
	return total
}
