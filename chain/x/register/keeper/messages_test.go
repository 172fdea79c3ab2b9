package keeper

import (
	"testing"

	"electra/internal/testrules"
	"electra/x/register/types"
)

func TestEveryMessageOfTheServiceIsInTheTableAndNoOther(t *testing.T) {
	testrules.HoldToService(t, types.Package, messages)
}

func TestTheTableNamesTheFieldWhoseSignatureIsVerified(t *testing.T) {
	testrules.HoldToSigners(t, types.RegisterInterfaces, messages)
}
