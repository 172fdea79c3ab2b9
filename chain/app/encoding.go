package app

import (
	"cosmossdk.io/x/tx/signing"
	gogoproto "github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/std"
	sdk "github.com/cosmos/cosmos-sdk/types"
	signingtypes "github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	"github.com/cosmos/cosmos-sdk/x/consensus"

	metertypes "electra/x/meter/types"
)

const validatorPrefix = metertypes.Bech32Prefix + "valoper"

// The SDK prints addresses through this global; everything of ours names the prefix itself.
func init() {
	prefix := metertypes.Bech32Prefix
	c := sdk.GetConfig()
	c.SetBech32PrefixForAccount(prefix, prefix+"pub")
	c.SetBech32PrefixForValidator(validatorPrefix, validatorPrefix+"pub")
	c.SetBech32PrefixForConsensusNode(prefix+"valcons", prefix+"valconspub")
}

// Encoding is what reads and writes transactions and genesis.
type Encoding struct {
	Registry codectypes.InterfaceRegistry
	Codec    codec.Codec
	Amino    *codec.LegacyAmino
	TxConfig client.TxConfig
}

// NewEncoding knows one sign mode, SIGN_MODE_DIRECT: it covers the very bytes of a transaction, so that nobody on
// its way can change one of them.
func NewEncoding() (Encoding, error) {
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: gogoproto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.NewBech32Codec(metertypes.Bech32Prefix),
			ValidatorAddressCodec: address.NewBech32Codec(validatorPrefix),
		},
	})
	if err != nil {
		return Encoding{}, err
	}
	cdc := codec.NewProtoCodec(registry)
	amino := codec.NewLegacyAmino()
	std.RegisterInterfaces(registry)
	std.RegisterLegacyAminoCodec(amino)
	txConfig, err := authtx.NewTxConfigWithOptions(cdc, authtx.ConfigOptions{
		EnabledSignModes: []signingtypes.SignMode{signingtypes.SignMode_SIGN_MODE_DIRECT},
		SigningOptions: &signing.Options{
			AddressCodec:          address.NewBech32Codec(metertypes.Bech32Prefix),
			ValidatorAddressCodec: address.NewBech32Codec(validatorPrefix),
		},
	})
	return Encoding{registry, cdc, amino, txConfig}, err
}

// RegisterTypes names every message and account type to an encoding that no application is built from.
func (k Kind) RegisterTypes(enc Encoding) error {
	auth.AppModuleBasic{}.RegisterInterfaces(enc.Registry)
	consensus.AppModuleBasic{}.RegisterInterfaces(enc.Registry)
	metertypes.RegisterInterfaces(enc.Registry)
	for _, basic := range k.Basics {
		basic.RegisterInterfaces(enc.Registry)
	}
	return enc.Registry.SigningContext().Validate()
}
