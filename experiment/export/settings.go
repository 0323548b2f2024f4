package export

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sweep/experiment"
)

// settings are the hyperparameters of all configurations as typed columns.
type settings struct {
	names   []string // sorted
	columns []Column
	values  map[string][]any // by the configuration's hash; null where it lacks the setting
}

// newSettings gives each setting the narrowest kind that holds all its values:
// integers among fractions are real, anything else that is mixed is text. A
// setting named like another column is prefixed with "setting_".
func newSettings(records []experiment.Record, taken map[string]bool) settings {
	decoded := map[string]map[string]any{}
	kinds := map[string]Kind{}
	for _, r := range records {
		if decoded[r.Hash] != nil {
			continue
		}
		decoded[r.Hash] = decodeSettings(r.Settings)
		for name, value := range decoded[r.Hash] {
			kind, seen := kinds[name]
			if seen {
				kind = unify(kind, kindOf(value))
			} else {
				kind = kindOf(value)
			}
			kinds[name] = kind
		}
	}
	s := settings{names: slices.Sorted(maps.Keys(kinds)), values: map[string][]any{}}
	for _, name := range s.names {
		s.columns = append(s.columns, Column{Name: freeName(name, taken), Kind: kinds[name]})
	}
	for hash, given := range decoded {
		for i, name := range s.names {
			s.values[hash] = append(s.values[hash], convert(given[name], s.columns[i].Kind))
		}
	}
	return s
}

func freeName(name string, taken map[string]bool) string {
	for taken[name] {
		name = "setting_" + name
	}
	taken[name] = true
	return name
}

// decodeSettings returns name → int64, float64, bool or string; a value that
// is none of these as its JSON, and no entry for null.
func decodeSettings(s experiment.Settings) map[string]any {
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(s), &raw); err != nil {
		return map[string]any{} // what is no object has no settings
	}
	values := map[string]any{}
	for name, value := range raw {
		if v := decodeValue(value); v != nil {
			values[name] = v
		}
	}
	return values
}

func decodeValue(raw json.RawMessage) any {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return string(raw)
	}
	switch v := value.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		if x, err := v.Float64(); err == nil {
			return x
		}
	}
	return string(raw)
}

func kindOf(value any) Kind {
	switch value.(type) {
	case int64:
		return Integer
	case float64:
		return Real
	case bool:
		return Boolean
	}
	return Text
}

func unify(a, b Kind) Kind {
	switch {
	case a == b:
		return a
	case a == Integer && b == Real, a == Real && b == Integer:
		return Real
	}
	return Text
}

func convert(value any, kind Kind) any {
	if value == nil {
		return nil
	}
	n, integer := value.(int64)
	s, isText := value.(string)
	switch {
	case kind == Real && integer:
		return float64(n)
	case kind == Text && isText:
		return strings.ToValidUTF8(s, "�")
	case kind == Text:
		written, _ := json.Marshal(value) // a number or a boolean always can be
		return string(written)
	}
	return value
}
