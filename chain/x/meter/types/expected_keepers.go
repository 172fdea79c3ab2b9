package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// AccountKeeper is what the module needs of x/auth: an account for everybody who may sign.
type AccountKeeper interface {
	HasAccount(context.Context, sdk.AccAddress) bool
	NewAccountWithAddress(context.Context, sdk.AccAddress) sdk.AccountI
	SetAccount(context.Context, sdk.AccountI)
	GetModulePermissions() map[string]authtypes.PermissionsForAddress
}
