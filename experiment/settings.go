package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Settings are the hyperparameters of one configuration in canonical form: a
// JSON object with sorted names, no blanks and the shortest numbers. Equal
// configurations have equal bytes.
type Settings string

// Configuration is one choice on every axis but the seed.
type Configuration struct {
	Hash     string // SHA-256, hex, of everything that can change the result but the seed
	Settings Settings
}

// SettingsOf writes a configuration's canonical form. Going through a map
// sorts the names, so that the order of a struct's fields means nothing.
func SettingsOf(config any) (Settings, error) {
	fields, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("write configuration: %w", err)
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(fields, &values); err != nil {
		return "", fmt.Errorf("configuration %T is not a struct with named fields: %w", config, err)
	}
	canonical, err := json.Marshal(values)
	return Settings(canonical), err
}

// Decode fills config, a pointer to the struct the settings were written from.
// A name it does not have is an error: the ledger is from another program.
func (s Settings) Decode(config any) error {
	decoder := json.NewDecoder(strings.NewReader(string(s)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(config); err != nil {
		return fmt.Errorf("settings %s do not fit this program's configuration: %w", s, err)
	}
	return nil
}

// Map returns name → value; numbers are float64.
func (s Settings) Map() map[string]any {
	values := map[string]any{}
	if json.Unmarshal([]byte(s), &values) != nil {
		return nil
	}
	return values
}

// Text returns name → value as it stands in the canonical form, strings
// without their quotes: what tables and plots print.
func (s Settings) Text() map[string]string {
	raw := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(s), &raw) != nil {
		return nil
	}
	text := make(map[string]string, len(raw))
	for name, value := range raw {
		text[name] = string(value)
		if unquoted, err := strconv.Unquote(string(value)); err == nil {
			text[name] = unquoted
		}
	}
	return text
}

// hashConfiguration is the identity of a configuration: its settings, the
// data, and the objective, since that picks the checkpoint a run keeps.
func hashConfiguration(settings Settings, dataSHA256 string, objective Objective) string {
	identity, err := json.Marshal(struct {
		Data      string          `json:"data"`
		Objective string          `json:"objective"`
		Settings  json.RawMessage `json:"settings"`
	}{dataSHA256, objective.String(), json.RawMessage(settings)})
	if err != nil {
		panic("experiment: settings are not JSON: " + err.Error())
	}
	sum := sha256.Sum256(identity)
	return hex.EncodeToString(sum[:])
}

// Set overrides fields of config, a pointer to a struct, by the names in their
// json tags. Each assignment is "name=value".
func Set(config any, assignments ...string) error {
	for _, assignment := range assignments {
		name, value, ok := strings.Cut(assignment, "=")
		if !ok {
			return fmt.Errorf("--set %s: write it as name=value", assignment)
		}
		if err := setField(reflect.ValueOf(config).Elem(), name, value); err != nil {
			return err
		}
	}
	return nil
}

func setField(config reflect.Value, name, value string) error {
	var names []string
	for i := range config.NumField() {
		tag, _, _ := strings.Cut(config.Type().Field(i).Tag.Get("json"), ",")
		if tag == name {
			return assign(config.Field(i), name, value)
		}
		names = append(names, tag)
	}
	slices.Sort(names)
	return fmt.Errorf("--set %s: there is no such setting; choose one of %s", name, strings.Join(names, ", "))
}

// assign reads value as the field's own type. JSON is how numbers and
// booleans are written; a string needs no quotes.
func assign(field reflect.Value, name, value string) error {
	if field.Kind() == reflect.String {
		field.SetString(value)
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(strings.ReplaceAll(value, "_", ""))))
	if err := decoder.Decode(field.Addr().Interface()); err != nil || decoder.More() {
		return fmt.Errorf("--set %s=%s: %s takes a value of type %s", name, value, name, field.Type())
	}
	return nil
}
