package types

import (
	"math/big"
	"regexp"
)

var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,37})$`)

// ParseSum reads a sum of amounts, which may be above 2^64.
func ParseSum(field, text string) (*big.Int, error) {
	if !decimal.MatchString(text) {
		return nil, wrong("%s: expected a decimal number, got %q", field, text)
	}
	sum, _ := new(big.Int).SetString(text, 10)
	return sum, nil
}
