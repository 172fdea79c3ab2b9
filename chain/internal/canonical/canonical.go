// Package canonical makes the one text of a JSON value (RFC 8785), which is what gets hashed outside of transactions (protocol
// section 2). It takes the values that this project writes: strings, booleans, null, lists, objects, and whole numbers.
package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxInteger is what every reader of JSON holds exactly: larger numbers are strings.
const maxInteger = 1<<53 - 1

// maxDepth bounds how deep values lie in each other.
const maxDepth = 64

// Text is the canonical text of a JSON text. It refuses a key that stands twice in one object, of which readers see either one or
// the other, and whatever follows the value.
func Text(raw []byte) ([]byte, error) {
	if !utf8.Valid(raw) {
		return nil, fmt.Errorf("expected UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var out bytes.Buffer
	if err := value(decoder, &out, "", 0); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("expected nothing after the value")
	}
	return out.Bytes(), nil
}

func value(decoder *json.Decoder, out *bytes.Buffer, path string, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("%s: %w", named(path), err)
	}
	if depth > maxDepth {
		return fmt.Errorf("%s: expected values at most %d deep", named(path), maxDepth)
	}
	switch t := token.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(t))
	case string:
		text(t, out)
	case json.Number:
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil || n > maxInteger || n < -maxInteger || t.String() != strconv.FormatInt(n, 10) {
			return fmt.Errorf("%s: expected a whole number within ±%d, as digits", named(path), int64(maxInteger))
		}
		out.WriteString(t.String())
	case json.Delim:
		if t == '[' {
			return list(decoder, out, path, depth)
		}
		return object(decoder, out, path, depth)
	}
	return nil
}

func list(decoder *json.Decoder, out *bytes.Buffer, path string, depth int) error {
	out.WriteByte('[')
	for i := 0; decoder.More(); i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := value(decoder, out, fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	_, err := decoder.Token()
	return err
}

func object(decoder *json.Decoder, out *bytes.Buffer, path string, depth int) error {
	members := map[string][]byte{}
	var keys []string
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return fmt.Errorf("%s: %w", named(path), err)
		}
		key := token.(string) // Decoder takes nothing else for a key
		inside := strings.TrimPrefix(path+"."+key, ".")
		if _, twice := members[key]; twice {
			return fmt.Errorf("%s: stands twice", inside)
		}
		var member bytes.Buffer
		if err := value(decoder, &member, inside, depth+1); err != nil {
			return err
		}
		members[key] = member.Bytes()
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	out.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			out.WriteByte(',')
		}
		text(key, out)
		out.WriteByte(':')
		out.Write(members[key])
	}
	out.WriteByte('}')
	_, err := decoder.Token()
	return err
}

func named(path string) string {
	if path == "" {
		return "JSON"
	}
	return path
}

// less is the order of UTF-16 code units.
func less(a, b string) bool {
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}

var short = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func text(s string, out *bytes.Buffer) {
	out.WriteByte('"')
	for _, r := range s {
		escape, known := short[r]
		switch {
		case known:
			out.WriteString(escape)
		case r < 0x20:
			fmt.Fprintf(out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}
