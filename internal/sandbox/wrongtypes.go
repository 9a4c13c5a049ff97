package sandbox

import (
	"bytes"
	"encoding/json"
)

// wrongItemTypes gives every value inside a listed object another JSON type:
// texts become objects, numbers lists, flags texts. What surrounds the objects
// stays, and so does an answer without any.
func wrongItemTypes(body []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return body
	}
	return encode(changeItems(value, false))
}

func changeItems(value any, inItem bool) any {
	switch v := value.(type) {
	case map[string]any:
		_, single := v["id"] // one report, not in a list
		for name, field := range v {
			v[name] = changeItems(field, inItem || single)
		}
		return v
	case []any:
		for i, item := range v {
			// Of a list only objects are items: Kraken's list of errors holds
			// texts.
			_, object := item.(map[string]any)
			v[i] = changeItems(item, inItem || object)
		}
		return v
	case string:
		if inItem {
			return map[string]any{"unexpected": v}
		}
	case json.Number:
		if inItem {
			return []any{v}
		}
	case bool:
		if inItem {
			return "unexpected"
		}
	}
	return value
}
