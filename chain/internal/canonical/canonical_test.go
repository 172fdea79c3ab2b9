package canonical

import (
	"strings"
	"testing"
)

func TestTheOneText(t *testing.T) {
	for given, want := range map[string]string{
		` { "b" : 1 , "a" : [ true , null , "x" ] } `:  `{"a":[true,null,"x"],"b":1}`,
		`{"\u00e9":"\u2028\u001f\/\"\\\b\f\n\r\t<>&"}`: "{\"é\":\"\u2028\\u001f/\\\"\\\\\\b\\f\\n\\r\\t<>&\"}",
		`{"\ue000":1,"\ud83d\ude00":2}`:                "{\"\U0001F600\":2,\"\ue000\":1}", // by UTF-16 code units
		`-9007199254740991`:                            `-9007199254740991`,
		`{}`:                                           `{}`,
		`[]`:                                           `[]`,
	} {
		if got, err := Text([]byte(given)); err != nil || string(got) != want {
			t.Errorf("%s: expected %s, got %s, %v", given, want, got, err)
		}
	}
}

func TestWhatHasNoOneTextIsRefused(t *testing.T) {
	for given, why := range map[string]string{
		`{"a":{"b":1,"b":1}}`:   "a.b: stands twice",
		`{"a":1,"\u0061":2}`:    "a: stands twice",
		`[1.5]`:                 "[0]: expected a whole number",
		`1e3`:                   "expected a whole number",
		`-0`:                    "expected a whole number",
		`9007199254740992`:      "expected a whole number",
		`{} {}`:                 "nothing after",
		`{"a":`:                 "a: ",
		``:                      "JSON: EOF",
		"\"\xff\"":              "UTF-8",
		strings.Repeat("[", 99): "deep",
	} {
		if got, err := Text([]byte(given)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: expected a refusal that says %q, got %s, %v", given, why, got, err)
		}
	}
}
