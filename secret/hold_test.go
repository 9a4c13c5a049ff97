package secret

import "testing"

// TestHeldValuesDoNotChange checks that a context keeps the values of its set, and only
// of this one.
func TestHeldValuesDoNotChange(t *testing.T) {
	t.Parallel()
	set, change := rotated(t, nil)
	other, _ := rotated(t, nil)
	held, values := set.Hold(t.Context())
	before := change()
	if values["token"].Reveal() != before || set.Held(held)["token"].Reveal() != before {
		t.Error("the held value has changed")
	}
	if set.Held(t.Context())["token"] != set.Values()["token"] || other.Held(held)["token"] != other.Values()["token"] {
		t.Error("a context that holds nothing does not give the value in use")
	}
}
