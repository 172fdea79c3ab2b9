package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/spf13/cobra"

	srvcfg "github.com/cosmos/cosmos-sdk/server/config"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// devnet writes the homes of a network of validators that share this machine. All of it is decided by a JSON file, so
// that a demonstration and a test start the same way; the keys of nodes and validators are drawn here and stay in the
// homes. `electrad start --home DIR/node0` and so on then runs them.

func (p Program) devnetCommand() *cobra.Command {
	var specFile, out string
	cmd := &cobra.Command{
		Use:     "devnet --spec FILE.json --out DIR",
		Short:   "Write the homes of an N-validator network on 127.0.0.1 and print where they are, as JSON",
		Example: "  " + p.Name + " devnet --spec spec.json --out net\n  " + p.Name + " start --home net/node0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			raw, err := os.ReadFile(specFile)
			if err != nil {
				return fmt.Errorf("--spec: %w", err)
			}
			spec, err := parseSpec(p.Kind, raw, time.Now())
			if err != nil {
				return fmt.Errorf("--spec: %w", err)
			}
			summary, err := p.writeDevnet(spec, out)
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(summary)
		},
	}
	cmd.Flags().StringVar(&specFile, "spec", "", "the network's description (JSON)")
	cmd.Flags().StringVar(&out, "out", "", "folder for the homes node0, node1, ...")
	for _, name := range []string{"spec", "out"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return cmd
}

type devnetSummary struct {
	ChainID string       `json:"chainId"`
	Genesis string       `json:"genesis"`
	Homes   []devnetHome `json:"homes"`
}

type devnetHome struct {
	Home   string `json:"home"`
	Meter  string `json:"meter"`
	NodeID string `json:"nodeId"`
	RPC    string `json:"rpc"`
	P2P    string `json:"p2p"`
	GRPC   string `json:"grpc,omitempty"`
}

func (p Program) writeDevnet(spec devnetSpec, out string) (devnetSummary, error) {
	var nodes []devnetNode
	keys := map[string][]byte{}
	for _, m := range spec.Meters {
		if !m.Validator {
			continue
		}
		node, key, err := newDevnetNode(spec, out, len(nodes), m.Address)
		if err != nil {
			return devnetSummary{}, err
		}
		nodes = append(nodes, node)
		keys[m.Address] = key
	}
	doc, err := spec.genesis(p.Kind, keys)
	if err != nil {
		return devnetSummary{}, err
	}
	if err := spec.checkGenesis(p.Kind, keys); err != nil {
		return devnetSummary{}, err
	}
	return saveDevnet(spec, out, nodes, doc)
}

type devnetNode struct {
	summary devnetHome
	config  *cmtcfg.Config
	peer    string
}

func newDevnetNode(spec devnetSpec, out string, i int, meter string) (devnetNode, []byte, error) {
	home, err := filepath.Abs(filepath.Join(out, fmt.Sprintf("node%d", i)))
	if err != nil {
		return devnetNode{}, nil, err
	}
	if _, err := os.Stat(home); err == nil {
		return devnetNode{}, nil, fmt.Errorf("--out: %s exists already, expected a new folder", home)
	}
	ports := spec.portsOf(i)
	config := spec.cometConfig(home, meter, ports)
	cmtcfg.EnsureRoot(home)
	nodeKey, err := p2p.LoadOrGenNodeKey(config.NodeKeyFile())
	if err != nil {
		return devnetNode{}, nil, err
	}
	validator := privval.LoadOrGenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	key, err := validator.GetPubKey()
	if err != nil {
		return devnetNode{}, nil, err
	}
	summary := devnetHome{Home: home, Meter: meter, NodeID: string(nodeKey.ID()),
		RPC: fmt.Sprintf("http://127.0.0.1:%d", ports.rpc), P2P: fmt.Sprintf("tcp://127.0.0.1:%d", ports.p2p)}
	if ports.grpc != 0 {
		summary.GRPC = fmt.Sprintf("127.0.0.1:%d", ports.grpc)
	}
	return devnetNode{summary, config, fmt.Sprintf("%s@127.0.0.1:%d", nodeKey.ID(), ports.p2p)}, key.Bytes(), nil
}

func saveDevnet(spec devnetSpec, out string, nodes []devnetNode, doc *genutiltypes.AppGenesis) (devnetSummary, error) {
	summary := devnetSummary{ChainID: spec.ChainID, Genesis: nodes[0].config.GenesisFile()}
	for i, node := range nodes {
		var others, ids []string
		for j, other := range nodes {
			if j != i {
				others = append(others, other.peer)
				ids = append(ids, other.summary.NodeID)
			}
		}
		node.config.P2P.PersistentPeers = strings.Join(others, ",")
		// Strangers may take every inbound slot; whoever is known gets in beside them.
		node.config.P2P.UnconditionalPeerIDs = strings.Join(ids, ",")
		if err := doc.SaveAs(node.config.GenesisFile()); err != nil {
			return devnetSummary{}, err
		}
		folder := filepath.Join(node.config.RootDir, "config")
		cmtcfg.WriteConfigFile(filepath.Join(folder, "config.toml"), node.config)
		srvcfg.WriteConfigFile(filepath.Join(folder, "app.toml"), appConfig(node.summary.GRPC))
		summary.Homes = append(summary.Homes, node.summary)
	}
	return summary, nil
}

// cometConfig is config.toml: everything on 127.0.0.1, known peers only, every block and result kept.
func (s devnetSpec) cometConfig(home, moniker string, ports devnetPortsOf) *cmtcfg.Config {
	c := cmtcfg.DefaultConfig()
	c.SetRoot(home)
	c.Moniker = moniker
	c.LogLevel = "error"
	c.RPC.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", ports.rpc)
	c.RPC.PprofListenAddress = ""
	c.P2P.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", ports.p2p)
	c.P2P.AddrBookStrict = false
	c.P2P.AllowDuplicateIP = true // all share one address here: elsewhere it stays false
	c.P2P.PexReactor = false
	c.P2P.PersistentPeersMaxDialPeriod = 10 * time.Second
	c.Mempool.MaxTxBytes = maxMempoolTxBytes
	c.TxIndex.Indexer = "kv"
	c.Instrumentation.Prometheus = false
	s.setTimeouts(c)
	return c
}

// setTimeouts scales what waits for an absent validator with timeout_commit: a test chain of 20 ms commits should not
// wait three seconds for a dead proposer, a production chain should not hurry. Gossip sleeps less on fast chains.
func (s devnetSpec) setTimeouts(c *cmtcfg.Config) {
	commit := time.Duration(s.TimeoutCommit)
	between := func(low, value, high time.Duration) time.Duration { return max(low, min(value, high)) }
	c.Consensus.TimeoutCommit = commit
	c.Consensus.CreateEmptyBlocksInterval = time.Duration(s.EmptyBlockS) * time.Second
	c.Consensus.TimeoutPropose = between(500*time.Millisecond, 3*commit, 3*time.Second)
	c.Consensus.TimeoutProposeDelta = between(100*time.Millisecond, commit/2, 500*time.Millisecond)
	c.Consensus.TimeoutPrevote = between(200*time.Millisecond, commit, time.Second)
	c.Consensus.TimeoutPrevoteDelta = c.Consensus.TimeoutProposeDelta
	c.Consensus.TimeoutPrecommit = c.Consensus.TimeoutPrevote
	c.Consensus.TimeoutPrecommitDelta = c.Consensus.TimeoutProposeDelta
	c.Consensus.PeerGossipSleepDuration = between(5*time.Millisecond, commit/10, 100*time.Millisecond)
	c.Consensus.PeerQueryMaj23SleepDuration = 2 * time.Second
	c.P2P.FlushThrottleTimeout = between(2*time.Millisecond, commit/50, 100*time.Millisecond)
}
