package command

import (
	"context"
	"fmt"
	"strconv"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/server"
	authcli "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"electra/x/meter/types"
)

func queryCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "query", Aliases: []string{"q"}, Short: "Ask a node (--node tcp://127.0.0.1:26657, -o json)"}
	meter := &cobra.Command{Use: "meter", Short: "The state of x/meter"}
	meter.AddCommand(meterQueries()...)
	cmd.AddCommand(meter, accountQuery(), authcli.QueryTxCmd(), server.QueryBlockCmd(), server.QueryBlockResultsCmd(), rpc.ValidatorCommand())
	return cmd
}

// ask makes one query command: read the arguments into a call, print the answer.
func ask(use, short string, args int, call func(context.Context, client.Context, []string) (gogoproto.Message, error)) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(args), RunE: func(cmd *cobra.Command, words []string) error {
		c, err := client.GetClientQueryContext(cmd)
		if err != nil {
			return err
		}
		response, err := call(cmd.Context(), c, words)
		if err != nil {
			return err
		}
		return c.PrintProto(response)
	}}
	flags.AddQueryFlagsToCmd(cmd)
	return cmd
}

func accountQuery() *cobra.Command {
	return ask("account ADDRESS", "Account number and sequence of an operator, meter or member", 1,
		func(ctx context.Context, c client.Context, words []string) (gogoproto.Message, error) {
			return authtypes.NewQueryClient(c).Account(ctx, &authtypes.QueryAccountRequest{Address: words[0]})
		})
}

func meterQueries() []*cobra.Command {
	q := func(c client.Context) types.QueryClient { return types.NewQueryClient(c) }
	return []*cobra.Command{
		ask("params", "Parameters, clock and operator", 0, func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
			return q(c).Params(ctx, &types.QueryParamsRequest{})
		}),
		ask("status", "Height, chain time, next days to freeze, latest key epoch", 0,
			func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
				return q(c).Status(ctx, &types.QueryStatusRequest{})
			}),
		metersQuery(),
		ask("meter ADDRESS", "One meter", 1, func(ctx context.Context, c client.Context, w []string) (gogoproto.Message, error) {
			return q(c).Meter(ctx, &types.QueryMeterRequest{Address: w[0]})
		}),
		ask("node-keys", "Every sealing key", 0, func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
			return q(c).NodeKeys(ctx, &types.QueryNodeKeysRequest{})
		}),
		ask("rotations", "Changes of the operator: in force, queued, voted for", 0,
			func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
				return q(c).Rotations(ctx, &types.QueryRotationsRequest{})
			}),
		ask("validator-changes", "Changes waiting for their time", 0,
			func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
				return q(c).ValidatorChanges(ctx, &types.QueryValidatorChangesRequest{})
			}),
		askDay("tariff", "The tariff in force on a day", func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
			return q(c).Tariff(ctx, &types.QueryTariffRequest{Day: day})
		}),
		askDay("prices", "The prices of a day's slots that were set over its tariff",
			func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
				return q(c).SlotPrices(ctx, &types.QuerySlotPricesRequest{Day: day})
			}),
		askDay("disputes", "The disputes of a day", func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
			return q(c).Disputes(ctx, &types.QueryDisputesRequest{Day: day})
		}),
		askDay("proven", "Versions of a day's book that the chain has verified, and whether the day is void",
			func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
				return q(c).Proven(ctx, &types.QueryProvenRequest{Day: day})
			}),
		askDay("anchors", "The book versions of a day", func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
			return q(c).Anchors(ctx, &types.QueryAnchorsRequest{Day: day})
		}),
		ask("final-readings", "Final readings of retired meters, objected to or not", 0,
			func(ctx context.Context, c client.Context, _ []string) (gogoproto.Message, error) {
				return q(c).FinalReadings(ctx, &types.QueryFinalReadingsRequest{})
			}),
		askDay("no-bills", "The open NoBills of a day", func(ctx context.Context, c client.Context, day uint32) (gogoproto.Message, error) {
			return q(c).NoBills(ctx, &types.QueryNoBillsRequest{Day: day})
		}),
		rosterQuery(),
		ask("log FROM_SEQ", "The chain's log from a number on: what may change what an audit has said", 1,
			func(ctx context.Context, c client.Context, w []string) (gogoproto.Message, error) {
				from, err := strconv.ParseUint(w[0], 10, 64)
				if err != nil {
					return nil, fmt.Errorf("FROM_SEQ: expected a whole number, got %q", w[0])
				}
				return q(c).Log(ctx, &types.QueryLogRequest{FromSeq: from})
			}),
		ask("commitment METER DAY", "A meter's commitment of a day", 2,
			func(ctx context.Context, c client.Context, w []string) (gogoproto.Message, error) {
				day, err := number("DAY", w[1])
				if err != nil {
					return nil, err
				}
				return q(c).Commitment(ctx, &types.QueryCommitmentRequest{Meter: w[0], Day: day})
			}),
		ask("used METER FROM_SLOT TO_SLOT", "Which slots and days a meter has used", 3,
			func(ctx context.Context, c client.Context, w []string) (gogoproto.Message, error) {
				from, err := number("FROM_SLOT", w[1])
				if err != nil {
					return nil, err
				}
				to, err := number("TO_SLOT", w[2])
				if err != nil {
					return nil, err
				}
				return q(c).Used(ctx, &types.QueryUsedRequest{Meter: w[0], FromSlot: from, ToSlot: to})
			}),
	}
}

func askDay(name, short string, call func(context.Context, client.Context, uint32) (gogoproto.Message, error)) *cobra.Command {
	return ask(name+" DAY", short+" (days since 1970-01-01)", 1,
		func(ctx context.Context, c client.Context, words []string) (gogoproto.Message, error) {
			day, err := number("DAY", words[0])
			if err != nil {
				return nil, err
			}
			return call(ctx, c, day)
		})
}

func metersQuery() *cobra.Command {
	cmd := &cobra.Command{Use: "meters", Short: "Every meter, retired ones too", Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := client.GetClientQueryContext(cmd)
		if err != nil {
			return err
		}
		page, err := client.ReadPageRequest(cmd.Flags())
		if err != nil {
			return err
		}
		response, err := types.NewQueryClient(c).Meters(cmd.Context(), &types.QueryMetersRequest{Pagination: page})
		if err != nil {
			return err
		}
		return c.PrintProto(response)
	}
	flags.AddQueryFlagsToCmd(cmd)
	flags.AddPaginationFlagsToCmd(cmd, "meters")
	return cmd
}

func rosterQuery() *cobra.Command {
	var late bool
	cmd := ask("roster DAY", "The frozen roster of a day (--late: its late roster)", 1,
		func(ctx context.Context, c client.Context, w []string) (gogoproto.Message, error) {
			day, err := number("DAY", w[0])
			if err != nil {
				return nil, err
			}
			return types.NewQueryClient(c).Roster(ctx, &types.QueryRosterRequest{Day: day, Late: late})
		})
	cmd.Flags().BoolVar(&late, "late", false, "the late roster")
	return cmd
}

func number(name, text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%s: expected a number from 0 to 4294967295, got %q", name, text)
	}
	return uint32(n), nil
}
