package verifier_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/verifier"
	"electra/internal/vk"
)

// The table that the audit's verifier reads too (src/reader/verifier/vectors.test.ts): the same verdict of each.

type vector struct {
	Name    string   `json:"name"`
	Circuit string   `json:"circuit"`
	Inputs  []string `json:"inputs"`
	Bytes   *string  `json:"bytes"`
	Verdict string   `json:"verdict"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var table struct {
		Cases []vector `json:"cases"`
	}
	readJSON(t, "../../../sdk/vectors/proofs.json", &table)
	return table.Cases
}

var publicInputs = map[string]int{"clearing": 389, "day-bill": 203, "substitute": 6}

// keys are those of the audit's test genesis: the development keys.
func keys(t testing.TB) map[string]*verifier.Key {
	t.Helper()
	var document struct {
		AppState struct {
			Meter struct {
				Keys []struct{ Circuit, Alpha, Beta, Gamma, Delta, Ic string } `json:"verification_keys"`
			} `json:"meter"`
		} `json:"app_state"`
	}
	readJSON(t, "../../../src/reader/audit/testdata/common/genesis.json", &document)
	all := map[string]*verifier.Key{}
	for _, k := range document.AppState.Meter.Keys {
		raw := func(text string) []byte {
			bytes, err := base64.StdEncoding.DecodeString(text)
			must(t, err)
			return bytes
		}
		key, err := verifier.NewKey(vk.Key{Circuit: k.Circuit, Alpha: raw(k.Alpha), Beta: raw(k.Beta), Gamma: raw(k.Gamma), Delta: raw(k.Delta),
			IC: raw(k.Ic)}, publicInputs[k.Circuit])
		must(t, err)
		all[k.Circuit] = key
	}
	return all
}

// read gives the claim of a vector, or what is wrong with its form.
func (v vector) read(t testing.TB) (c verifier.Claim, fault string) {
	t.Helper()
	for _, text := range v.Inputs {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.Cmp(fr.Modulus()) >= 0 {
			return c, "wrong-inputs"
		}
		c.Inputs = append(c.Inputs, *new(fr.Element).SetBigInt(n))
	}
	if v.Bytes == nil {
		return c, "malformed-proof" // no bytes say it
	}
	raw, err := hex.DecodeString(*v.Bytes)
	must(t, err)
	if c.Proof, err = verifier.ReadProof(raw); err != nil {
		return c, "malformed-proof"
	}
	if again := hex.EncodeToString(c.Proof.Bytes()); again != *v.Bytes {
		t.Errorf("%s: expected the proof to be written as it was read, got %s", v.Name, again)
	}
	return c, ""
}

func TestEachProofComesToWhatTypeScriptSays(t *testing.T) {
	keys := keys(t)
	for _, v := range vectors(t) {
		claim, verdict := v.read(t)
		if verdict == "" {
			batch, err := verifier.NewBatch(keys[v.Circuit], []verifier.Claim{claim})
			switch {
			case err != nil:
				verdict = "wrong-inputs"
			case batch.FirstBad() == 0:
				verdict = "does-not-hold"
			default:
				verdict = "holds"
			}
			if again, err := verifier.NewBatch(keys[v.Circuit], []verifier.Claim{claim}); err == nil && again.FirstBad() != batch.FirstBad() {
				t.Errorf("%s: expected the same verdict twice", v.Name)
			}
		}
		if verdict != v.Verdict {
			t.Errorf("%s: expected %q, got %q", v.Name, v.Verdict, verdict)
		}
	}
}

// many are honest bills, one of them where it is said to be bad.
func many(t testing.TB, n, bad int) []verifier.Claim {
	t.Helper()
	all := vectors(t)
	honest := [2]verifier.Claim{}
	for i := range honest {
		honest[i], _ = all[i].read(t)
	}
	claims := make([]verifier.Claim, n)
	for i := range claims {
		claims[i] = honest[i%2]
	}
	if bad >= 0 {
		claims[bad].Proof = honest[(bad+1)%2].Proof
	}
	return claims
}

func firstBad(t testing.TB, claims []verifier.Claim) int {
	t.Helper()
	batch, err := verifier.NewBatch(keys(t)["day-bill"], claims)
	must(t, err)
	return batch.FirstBad()
}

func TestABatchHoldsWhereAllDoAndNamesTheFirstThatDoesNot(t *testing.T) {
	if bad := firstBad(t, nil); bad != -1 {
		t.Errorf("expected an empty batch to hold, got %d", bad)
	}
	for _, n := range []int{1, 2, 3, 8} {
		if bad := firstBad(t, many(t, n, -1)); bad != -1 {
			t.Errorf("%d honest proofs: expected none to be named, got %d", n, bad)
		}
		for want := range n {
			if bad := firstBad(t, many(t, n, want)); bad != want {
				t.Errorf("%d proofs of which %d does not hold: got %d", n, want, bad)
			}
		}
	}
}

// What one proof lacks another has: under equal coefficients they would cancel each other out.
func TestProofsThatCancelEachOtherOutDoNotHold(t *testing.T) {
	claims := many(t, 4, -1)
	shift := claims[1].Proof.C
	claims[0].Proof.C.Add(&claims[0].Proof.C, &shift)
	claims[2].Proof.C.Sub(&claims[2].Proof.C, &shift)
	if bad := firstBad(t, claims); bad != 0 {
		t.Errorf("expected the first of both to be named, got %d", bad)
	}
}

func TestTheSeedIsOfEverythingThatIsVerified(t *testing.T) {
	seed := func(circuit string, claims []verifier.Claim) string {
		batch, err := verifier.NewBatch(keys(t)[circuit], claims)
		must(t, err)
		sum := batch.Seed()
		return hex.EncodeToString(sum[:])
	}
	whole := seed("day-bill", many(t, 2, -1))
	if again := seed("day-bill", many(t, 2, -1)); again != whole {
		t.Error("expected the same seed of the same claims")
	}
	otherProof, otherInput := many(t, 2, 1), many(t, 2, -1)
	otherInput[1].Inputs = append([]fr.Element{}, otherInput[1].Inputs...)
	otherInput[1].Inputs[202].SetUint64(7)
	for name, other := range map[string]string{"one less": seed("day-bill", many(t, 1, -1)), "another proof": seed("day-bill", otherProof),
		"another input": seed("day-bill", otherInput), "none of another circuit": seed("substitute", nil), "none": seed("day-bill", nil)} {
		if other == whole {
			t.Errorf("%s: expected another seed", name)
		}
	}
	if seed("substitute", nil) == seed("day-bill", nil) {
		t.Error("expected another seed of another key")
	}
}

func BenchmarkBatch(b *testing.B) {
	keys := keys(b)
	claims := many(b, 99, -1)
	for range b.N {
		batch, _ := verifier.NewBatch(keys["day-bill"], claims)
		if batch.FirstBad() != -1 {
			b.Fatal("expected all to hold")
		}
	}
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(raw, into))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
