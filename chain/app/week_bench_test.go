package app_test

import (
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/consensus"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	mempl "github.com/cometbft/cometbft/mempool"
	"github.com/cometbft/cometbft/proxy"
	sm "github.com/cometbft/cometbft/state"
	blockkv "github.com/cometbft/cometbft/state/indexer/block/kv"
	"github.com/cometbft/cometbft/state/txindex"
	txkv "github.com/cometbft/cometbft/state/txindex/kv"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/app"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// A validator's disk over a week of a community of 13 meters, each a validator: the stores that CometBFT and the application
// write, by their own code, block after block. Only what happens between validators is left out (gossip, its write-ahead log): the
// commits are signed here by all of them, and blocks come when CometBFT would make one.
//
//	ELECTRA_EMPTY_BLOCK_S=60 go test ./app -run - -bench WeekOnDisk -benchtime 1x
//
// ELECTRA_RETAIN_BLOCKS=1500 has it keep the newest blocks alone and no index of transactions, as a validator may that no node reads from.
// ELECTRA_WEEKS=10 has it live so many; what is told a week is then their mean.
const (
	weekValidators = 13
	weekDays       = 7
	timeoutCommit  = 5 * time.Second
	roundTrip      = time.Second // from proposal to commit
)

func BenchmarkWeekOnDisk(b *testing.B) {
	idle, retain := time.Duration(asked(b, "ELECTRA_EMPTY_BLOCK_S", 60))*time.Second, asked(b, "ELECTRA_RETAIN_BLOCKS", 0)
	weeks := asked(b, "ELECTRA_WEEKS", 1)
	for b.Loop() {
		w := startWeek(b, idle, retain)
		for w.committed.Before(tc.Genesis.Add(time.Duration(weeks) * weekDays * 24 * time.Hour)) {
			w.next()
		}
		w.close()
		bytes, each := sizeOf(b, w.home), float64(weeks)
		b.ReportMetric(float64(w.state.LastBlockHeight)/each, "blocks/week")
		b.ReportMetric(float64(w.txs)/each, "txs/week")
		b.ReportMetric(float64(w.frozenAfter.Seconds())/3600, "freeze-h")
		b.ReportMetric(float64(bytes), "B")
		b.ReportMetric(float64(w.blocks.Height()-w.blocks.Base()+1), "blocks-kept")
		b.ReportMetric(float64(bytes)/each, "B/week")
		b.ReportMetric(float64(bytes)*365/weekDays/each/1e9, "GB/year")
		for _, part := range []string{"application", "blockstore", "state", "tx_index"} {
			b.ReportMetric(float64(sizeOf(b, filepath.Join(w.home, part+".db")))/each, part+"-B/week")
		}
	}
}

func asked(b *testing.B, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	return sure[uint64](b)(strconv.ParseUint(text, 10, 32))
}

type week struct {
	b        *testing.B
	home     string
	idle     time.Duration
	chain    *tc.Chain
	state    sm.State
	states   sm.Store
	blocks   *store.BlockStore
	executor *sm.BlockExecutor
	txIndex  *txkv.TxIndex
	byHeight *blockkv.BlockerIndexer
	closers  []io
	random   *rand.Rand

	committed   time.Time // when the last block was
	lastCommit  *cmttypes.Commit
	appHash     []byte // in the header before
	pending     []pendingTx
	nextSlot    uint32
	nextDay     uint32
	anchored    uint32
	frozenAfter time.Duration // the longest from a day's end to its roster
	txs         int
}

type io interface{ Close() error }

// pendingTx is on its way until `at`, then in the mempool.
type pendingTx struct {
	at      time.Time
	signer  tc.Party
	message sdk.Msg
}

func sure[T any](b *testing.B) func(T, error) T {
	return func(value T, err error) T {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		return value
	}
}

func startWeek(b *testing.B, idle time.Duration, retain uint64) *week {
	w := &week{b: b, home: b.TempDir(), idle: idle, random: rand.New(rand.NewSource(1)), committed: tc.Genesis,
		lastCommit: &cmttypes.Commit{}, nextSlot: tc.Slot(tc.Today, 0), nextDay: tc.Today - 1, anchored: tc.Today - 2}
	genesis := tc.State(weekValidators)
	genesis.Params = types.DefaultParams()
	genesis.NodeKeys[0].Signature = tc.SignNodeKey(tc.Operator, genesis, 1, genesis.NodeKeys[0].Key)
	document := tc.Document(b, genesis)
	if retain > 0 {
		document.Consensus.Params.Evidence.MaxAgeNumBlocks = int64(retain)
	}
	open := func(name string) cmtdb.DB {
		db := sure[cmtdb.DB](b)(cmtdb.NewGoLevelDB(name, w.home))
		w.closers = append(w.closers, db)
		return db
	}
	appDB := sure[dbm.DB](b)(dbm.NewGoLevelDB("application", w.home, nil))
	w.closers = append(w.closers, appDB)
	a := sure[*app.App](b)(app.New(log.NewNopLogger(), appDB, nil, baseapp.SetChainID(document.ChainID), baseapp.SetMinRetainBlocks(retain)))
	w.chain = &tc.Chain{T: b, App: a, ID: document.ChainID, DB: appDB, Validators: map[string]int64{}}
	w.blocks = store.NewBlockStore(open("blockstore"))
	w.states = sm.NewStore(open("state"), sm.StoreOptions{})
	if retain == 0 {
		index := open("tx_index")
		w.txIndex, w.byHeight = txkv.NewTxIndex(index), blockkv.New(cmtdb.NewPrefixDB(index, []byte("block_events")))
	}

	doc := sure[*cmttypes.GenesisDoc](b)(document.ToGenesisDoc())
	w.state = sure[sm.State](b)(w.states.LoadFromDBOrGenesisDoc(doc))
	conns := proxy.NewAppConns(proxy.NewLocalClientCreator(server.NewCometABCIWrapper(a)), proxy.NopMetrics())
	if err := conns.Start(); err != nil {
		b.Fatal(err)
	}
	if err := consensus.NewHandshaker(w.states, w.state, w.blocks, doc).Handshake(conns); err != nil {
		b.Fatal(err)
	}
	w.state = sure[sm.State](b)(w.states.Load())
	w.executor = sm.NewBlockExecutor(w.states, cmtlog.NewNopLogger(), conns.Consensus(), &mempl.NopMempool{}, sm.EmptyEvidencePool{}, w.blocks)
	return w
}

// next makes the block that CometBFT would make: at once where a transaction waits or the last block has changed the state, which the
// next header has to say; else with the next transaction, or when nothing was said for so long.
func (w *week) next() {
	begins := w.committed.Add(timeoutCommit)
	at := begins.Add(w.idle)
	if string(w.state.AppHash) != string(w.appHash) {
		at = begins
	}
	for _, p := range w.pending {
		if p.at.Before(begins) {
			at = begins
		} else if p.at.Before(at) {
			at = p.at
		}
	}
	w.commit(at.Add(roundTrip), w.take(at))
}

// take signs what has arrived by a time, one of a signer.
func (w *week) take(at time.Time) (txs []cmttypes.Tx) {
	signed := map[string]bool{}
	left := w.pending[:0]
	for _, p := range w.pending {
		if p.at.After(at) || signed[p.signer.Address] {
			left = append(left, p)
			continue
		}
		signed[p.signer.Address] = true
		txs = append(txs, w.chain.Tx(p.signer, p.message))
	}
	w.pending = left
	w.txs += len(txs)
	return txs
}

func (w *week) commit(at time.Time, txs []cmttypes.Tx) {
	height := w.state.LastBlockHeight + 1
	proposer := w.state.Validators.GetProposer().Address
	block := sure[*cmttypes.Block](w.b)(w.state.MakeBlock(height, txs, w.lastCommit, nil, proposer))
	parts := sure[*cmttypes.PartSet](w.b)(block.MakePartSet(cmttypes.BlockPartSizeBytes))
	id := cmttypes.BlockID{Hash: block.Hash(), PartSetHeader: parts.Header()}
	seen := w.sign(id, height, at)
	w.blocks.SaveBlock(block, parts, seen)
	w.appHash = w.state.AppHash
	w.state = sure[sm.State](w.b)(w.executor.ApplyBlock(w.state, id, block))
	w.lastCommit, w.committed = seen, at
	w.chain.Height, w.chain.Time = height, block.Time
	w.index(height, block.Txs)
	w.say(block.Time.Unix())
}

// sign is every validator's precommit, in the order of the set.
func (w *week) sign(id cmttypes.BlockID, height int64, at time.Time) *cmttypes.Commit {
	keys := map[string]cmted25519.PrivKey{}
	for n := 1; n <= weekValidators; n++ {
		key := cmted25519.GenPrivKeyFromSecret([]byte(tc.Meter(n).Name))
		keys[string(key.PubKey().Address())] = key
	}
	commit := &cmttypes.Commit{Height: height, BlockID: id}
	for i, v := range w.state.Validators.Validators {
		vote := &cmttypes.Vote{Type: 2, Height: height, BlockID: id, Timestamp: at, ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
		signature := sure[[]byte](w.b)(keys[string(v.Address)].Sign(cmttypes.VoteSignBytes(w.chain.ID, vote.ToProto())))
		commit.Signatures = append(commit.Signatures,
			cmttypes.CommitSig{BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: v.Address, Timestamp: at, Signature: signature})
	}
	return commit
}

// index writes what the transaction index keeps, and wants every transaction to have passed.
func (w *week) index(height int64, txs cmttypes.Txs) {
	response := sure[*abci.ResponseFinalizeBlock](w.b)(w.states.LoadFinalizeBlockResponse(height))
	batch := txindex.NewBatch(int64(len(txs)))
	for i, result := range response.TxResults {
		if result.Code != 0 {
			w.b.Fatalf("height %d, transaction %d: %s", height, i, result.Log)
		}
		if err := batch.Add(&abci.TxResult{Height: height, Index: uint32(i), Tx: txs[i], Result: *result}); err != nil {
			w.b.Fatal(err)
		}
	}
	if w.txIndex == nil {
		return
	}
	if err := w.txIndex.AddBatch(batch); err != nil {
		w.b.Fatal(err)
	}
	if err := w.byHeight.Index(cmttypes.EventDataNewBlockEvents{Height: height, Events: response.Events}); err != nil {
		w.b.Fatal(err)
	}
}

// say has each meter report each slot and state each day as soon as chain time lets it, some seconds after one another, and the
// operator anchor each day's book and set the prices of the next one.
func (w *week) say(unixS int64) {
	later := func(most time.Duration) time.Time {
		return w.committed.Add(time.Duration(w.random.Int63n(int64(most))))
	}
	for ; types.SlotEnd(w.nextSlot) <= unixS; w.nextSlot++ {
		for n := 1; n <= weekValidators; n++ {
			w.pending = append(w.pending, pendingTx{later(10 * time.Second), tc.Meter(n), tc.Report(tc.Meter(n), w.nextSlot)})
		}
	}
	for ; types.DayEnd(w.nextDay) <= unixS; w.nextDay++ {
		for n := 1; n <= weekValidators; n++ {
			w.pending = append(w.pending, pendingTx{later(time.Minute), tc.Meter(n), tc.CloseDay(tc.Meter(n), w.nextDay)})
		}
		noon := types.DayEnd(w.nextDay) + types.DaySeconds/2
		w.pending = append(w.pending, pendingTx{time.Unix(noon, 0), tc.Operator, tc.SetPrices(tc.Slot(w.nextDay+2, 0), 96)})
	}
	next := sure[uint32](w.b)(w.chain.App.Meters.NextFreeze.Get(w.chain.Context()))
	for ; w.anchored+1 < next; w.anchored++ {
		day := w.anchored + 1
		if after := time.Duration(unixS-types.DayEnd(day)) * time.Second; day >= tc.Today {
			w.frozenAfter = max(w.frozenAfter, after)
		}
		w.pending = append(w.pending, pendingTx{w.committed.Add(time.Minute), tc.Operator, tc.AnchorBook(day, 1)})
	}
}

func (w *week) close() {
	for _, db := range w.closers {
		if err := db.Close(); err != nil {
			w.b.Fatal(err)
		}
	}
}

func sizeOf(b *testing.B, folder string) (bytes int64) {
	if _, err := os.Stat(folder); os.IsNotExist(err) {
		return 0
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(fmt.Errorf("%s: %w", folder, err))
	}
	return bytes
}
