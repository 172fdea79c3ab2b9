package keeper

import (
	"context"
	"crypto/sha256"
	"sync"

	errorsmod "cosmossdk.io/errors"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/internal/verifier"
	"electra/x/meter/types"
)

// Proofs are the dearest thing that a message can ask of a validator, and each is judged in four doors. So verdicts are kept, by a hash
// over all that they depend on; a block has so many transactions with proofs and no more; and whoever sends one that fails is not looked at
// again until the next block. What one node remembers is part of no verdict: in ProcessProposal and FinalizeBlock decides what is the same
// for everybody.

// verdictsKept are two of each meter's day: of the signatures of its header and of its net proof. CometBFT looks again at all that wait
// after each block, in their order; of fewer verdicts none would be left when a transaction's turn comes again. 32 bytes each, twice, and
// where something is wrong a sentence.
const verdictsKept = 2 * types.MaxMeters

// verdicts is what one node remembers, of any state.
type verdicts struct {
	sync.Mutex
	keys  map[string]*verifier.Key
	known map[[sha256.Size]byte]string // what is wrong with the proofs of these seeds; empty: nothing
	order [][sha256.Size]byte
	tried map[string]int64 // signer → the height of the last block when a proof of theirs failed
}

func newVerdicts() *verdicts {
	return &verdicts{keys: map[string]*verifier.Key{}, known: map[[sha256.Size]byte]string{}, tried: map[string]int64{}}
}

func (v *verdicts) find(seed [sha256.Size]byte) (fault string, known bool) {
	v.Lock()
	defer v.Unlock()
	fault, known = v.known[seed]
	return fault, known
}

func (v *verdicts) keep(seed [sha256.Size]byte, fault string) {
	v.Lock()
	defer v.Unlock()
	if _, known := v.known[seed]; known {
		return
	}
	if len(v.order) == verdictsKept {
		delete(v.known, v.order[0])
		v.order = v.order[1:]
	}
	v.known[seed] = fault
	v.order = append(v.order, seed)
}

// key reads a key once: its points were tested when genesis was read, and are again here.
func (v *verdicts) key(k types.VerificationKey, publicInputs int) (*verifier.Key, error) {
	id := k.ID()
	v.Lock()
	defer v.Unlock()
	if known := v.keys[id]; known != nil {
		return known, nil
	}
	key, err := k.ForVerifying(publicInputs)
	if err == nil {
		v.keys[id] = key
	}
	return key, err
}

func (v *verdicts) isTried(signer string, height int64) bool {
	v.Lock()
	defer v.Unlock()
	at, known := v.tried[signer]
	return known && at == height
}

func (v *verdicts) try(signer string, height int64) {
	v.Lock()
	defer v.Unlock()
	v.tried[signer] = height
}

// door is where a transaction is judged.
type door struct {
	counts    bool  // transactions of a block
	remembers bool  // who has failed: where this node alone decides
	simulates bool  // strangers may ask
	lastBlock int64 // height
}

func doorOf(ctx context.Context) door {
	at := sdk.UnwrapSDKContext(ctx)
	switch at.ExecMode() {
	case sdk.ExecModePrepareProposal:
		return door{counts: true, remembers: true, lastBlock: at.BlockHeight() - 1}
	case sdk.ExecModeProcessProposal, sdk.ExecModeFinalize:
		return door{counts: true}
	case sdk.ExecModeSimulate:
		return door{simulates: true}
	default:
		return door{remembers: true, lastBlock: at.BlockHeight()}
	}
}

// countProofs counts a transaction with proofs of this block.
func (k Keeper) countProofs(ctx context.Context) error {
	if !doorOf(ctx).counts {
		return nil
	}
	n, err := k.proofsNow(ctx)
	if err != nil {
		return err
	}
	return k.ProofsNow.Set(ctx, n+1)
}

func (k Keeper) proofsNow(ctx context.Context) (uint32, error) {
	any, err := k.ProofsNow.Has(ctx)
	if err != nil || !any {
		return 0, err
	}
	return k.ProofsNow.Get(ctx)
}

// checkProofs wants every proof of a book whose rules were checked to hold.
func (k Keeper) checkProofs(ctx context.Context, now moment, signer string, b *booked) error {
	keys, err := k.keysOf(ctx, now.params)
	if err != nil {
		return err
	}
	return k.inDoor(ctx, signer, func() error { return k.verify(keys, int64(now.params.Tick), b) })
}

// inDoor asks for a verdict on a signer's proofs where a door asks for one: not in a simulation, not of more transactions than a block may
// have, and not of who has failed since the last block.
func (k Keeper) inDoor(ctx context.Context, signer string, verdict func() error) error {
	at := doorOf(ctx)
	if at.counts {
		if n, err := k.proofsNow(ctx); err != nil {
			return err
		} else if n >= types.ProofsPerBlock {
			return errorsmod.Wrapf(types.ErrProofsPerBlock, "block: expected at most %d transactions with proofs", types.ProofsPerBlock)
		}
	}
	if at.simulates {
		return nil
	}
	if at.remembers && k.verdicts.isTried(signer, at.lastBlock) {
		return errorsmod.Wrap(types.ErrProofsTried, "signer: expected to wait for the next block")
	}
	err := verdict()
	if err != nil && at.remembers {
		k.verdicts.try(signer, at.lastBlock)
	}
	return err
}

func (k Keeper) keysOf(ctx context.Context, params types.Params) (map[string]*verifier.Key, error) {
	keys := map[string]*verifier.Key{}
	for _, circuit := range params.Circuits() {
		raw, err := k.VerificationKeys.Get(ctx, circuit.Name)
		if err != nil {
			return nil, err
		}
		if keys[circuit.Name], err = k.verdicts.key(raw, circuit.PublicInputs); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// batch is the claims of one circuit, and whom each is about.
type batch struct {
	verifier.Batch
	about []string
}

func (k Keeper) verify(keys map[string]*verifier.Key, tick int64, b *booked) error {
	batches, err := batchesOf(keys, tick, b)
	if err != nil {
		return err
	}
	return k.judge(batches)
}

func (k Keeper) judge(batches []batch) error {
	seed := seedOf(batches)
	fault, known := k.verdicts.find(seed)
	if !known {
		fault = faultOf(batches)
		k.verdicts.keep(seed, fault)
	}
	if fault != "" {
		return errorsmod.Wrapf(types.ErrProof, "%s", fault)
	}
	return nil
}

func seedOf(batches []batch) [sha256.Size]byte {
	h := sha256.New()
	for _, of := range batches {
		seed := of.Seed()
		h.Write(seed[:])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func faultOf(batches []batch) string {
	for _, of := range batches {
		if bad := of.FirstBad(); bad >= 0 {
			return of.about[bad]
		}
	}
	return ""
}

// claims collects those of one circuit.
type claims struct {
	all   []verifier.Claim
	about []string
}

func (c *claims) add(about string, proof []byte, inputs []fr.Element) error {
	p, err := verifier.ReadProof(proof)
	if err != nil {
		return errorsmod.Wrapf(types.ErrProofForm, "%s: %s", about, err)
	}
	c.all, c.about = append(c.all, verifier.Claim{Inputs: inputs, Proof: p}), append(c.about, about)
	return nil
}

// batchesOf makes all public inputs from the book: of the whole come S and the proofs, nothing else.
func batchesOf(keys map[string]*verifier.Key, tick int64, b *booked) ([]batch, error) {
	about := daybook.About{Book: b.book, Grid: daybook.GridID(b.book.ChainID), Rho: daybook.Rho(b.text), Tick: tick}
	var bills, copies, clearing claims
	for i := range b.book.Entries {
		e, address := &b.book.Entries[i], b.addresses[i]
		if e.Source == daybook.Absent {
			continue
		}
		bill := b.proofs.Bills[len(bills.all)]
		if err := bills.add("bill of "+e.Meter, bill.Proof, about.DayBill(e, address, bill.S)); err != nil {
			return nil, err
		}
		if e.Copied == nil {
			continue
		}
		if err := copies.add("copy of "+e.Meter, b.proofs.Copies[len(copies.all)], about.Substitute(e, address)); err != nil {
			return nil, err
		}
	}
	if b.proofs.Clearing != nil {
		inputs, err := about.Clearing(b.proofs.Bills)
		if err != nil {
			return nil, errorsmod.Wrap(types.ErrBookPrices, err.Error())
		}
		if err := clearing.add("clearing", b.proofs.Clearing, inputs); err != nil {
			return nil, err
		}
	}
	parts := []claimsOf{{"day-bill", bills}, {"substitute", copies}, {"clearing", clearing}}
	if b.book.Form == daybook.Shared {
		parts = []claimsOf{{"day-bill", bills}, {"clearing-shared", clearing}}
	}
	var all []batch
	for _, of := range parts {
		made, err := verifier.NewBatch(keys[of.circuit], of.all)
		if err != nil {
			return nil, err
		}
		all = append(all, batch{made, of.about})
	}
	return all, nil
}

type claimsOf struct {
	circuit string
	claims
}
