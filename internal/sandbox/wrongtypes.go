package sandbox

import (
	"bytes"
	"encoding/json"
)

// wrongItemTypes changes the JSON type of every value inside a listed object: texts
// become objects, numbers lists, and booleans texts. Everything outside these objects
// stays the same.
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
		_, single := v["id"] // a single report
		for name, field := range v {
			v[name] = changeItems(field, inItem || single)
		}
		return v
	case []any:
		for i, item := range v {
			// In a list, only objects are items: Kraken's list of errors contains
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
