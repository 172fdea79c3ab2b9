//go:build !purego

package verifier_test

import (
	"os/exec"
	"testing"
)

// Validators without the library's assembly come to the same verdicts: all tests here once more, with its arithmetic in plain Go.
func TestVerdictsAreTheSameInPlainGo(t *testing.T) {
	said, err := exec.Command("go", "test", "-trimpath", "-count", "1", "-tags", "purego", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
}
