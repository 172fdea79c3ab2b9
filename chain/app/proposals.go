package app

import (
	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// BaseApp's default handlers accept any proposal when the application has no mempool of its own ("because
// PrepareProposal may have included txs that could fail verification"). Here the proposer includes only what passes
// the ante handler, and the others reject a block with anything else in it. Both run it on the same state (the last
// block's), at the same height and block time, in the same order, so an honest proposal is never rejected; and since
// effects cannot fail, every transaction of an accepted block ends with code 0.

func (a *App) prepareProposal(_ sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	var chosen [][]byte
	size := int64(0)
	for _, raw := range req.Txs {
		bytes := cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{raw})
		if size+bytes > req.MaxTxBytes {
			break
		}
		tx, err := a.TxDecode(raw)
		if err != nil {
			continue
		}
		encoded, err := a.PrepareProposalVerifyTx(tx)
		if err != nil || string(encoded) != string(raw) {
			continue
		}
		chosen = append(chosen, raw)
		size += bytes
	}
	return &abci.ResponsePrepareProposal{Txs: chosen}, nil
}

func (a *App) processProposal(ctx sdk.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	for i, raw := range req.Txs {
		if _, err := a.ProcessProposalVerifyTx(raw); err != nil {
			ctx.Logger().Error("proposal rejected", "height", req.Height, "tx", i, "reason", err.Error())
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
		}
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}
