package keeper

import (
	"context"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/x/meter/types"
)

// On a main chain: that a community's statement is the net of what its members' meters measured (circuits/net.circom).

const netCircuit = "net"

// checkNet wants the proof to hold for totals that the community's own chain has proven, and for this statement.
func (k Keeper) checkNet(ctx context.Context, at enrolled, of types.Totals, m *types.MsgCloseDay) error {
	inputs := netInputs(sdk.UnwrapSDKContext(ctx).ChainID(), at, of, m)
	return k.CheckClaims(ctx, m.Meter, netCircuit, []Claim{{About: "net_proof", Inputs: inputs, Proof: m.NetProof}})
}

// netInputs are the public inputs in the circuit's order.
func netInputs(mainChainID string, at enrolled, of types.Totals, m *types.MsgCloseDay) []fr.Element {
	element := daybook.MeterTag // of bytes, big-endian
	var day, capacity fr.Element
	day.SetUint64(uint64(m.Day))
	capacity.SetUint64(uint64(at.meter.MaxWhPerSlot))
	return []fr.Element{element(of.X), daybook.GridID(of.ChainID), element(m.Commitment), daybook.GridID(mainChainID), element(at.address),
		day, capacity}
}
