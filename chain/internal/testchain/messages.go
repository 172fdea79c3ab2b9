package testchain

import "electra/x/meter/types"

// Messages as an honest party would send them; tests change one field to see it refused.

// Slot is the n-th slot of a day.
func Slot(day uint32, n uint32) uint32 { return day*types.SlotsPerDay + n }

// Report of a slot, sealed to epoch 1.
func Report(meter Party, slot uint32) *types.MsgReport {
	return &types.MsgReport{Meter: meter.Address, Slot: slot, KeyEpoch: 1, Sealed: make([]byte, types.SealedReportBytes)}
}

// CloseDay with a commitment that names meter and day.
func CloseDay(meter Party, day uint32) *types.MsgCloseDay {
	return &types.MsgCloseDay{Meter: meter.Address, Day: day, KeyEpoch: 1, Commitment: Commitment(meter, day),
		Sealed: make([]byte, types.SealedDayBytes)}
}

// Commitment is any field element.
func Commitment(meter Party, day uint32) []byte {
	c := make([]byte, types.CommitmentBytes)
	copy(c[1:], meter.Name)
	c[31], c[30], c[29] = byte(day), byte(day>>8), byte(day>>16)
	return c
}

// EnrolMeter of a light meter with 5000 Wh a slot.
func EnrolMeter(meter, member Party, firstDay uint32) *types.MsgEnrolMeter {
	return &types.MsgEnrolMeter{Operator: Operator.Address, Meter: meter.Address, Member: member.Address,
		FirstDay: firstDay, MaxWhPerSlot: 5000}
}

// EnrolValidator is EnrolMeter with a consensus key drawn from the meter's name.
func EnrolValidator(meter, member Party, firstDay uint32) *types.MsgEnrolMeter {
	m := EnrolMeter(meter, member, firstDay)
	m.ConsensusKey = ConsensusKey(meter.Name)
	return m
}

func RetireMeter(meter Party, lastDay uint32) *types.MsgRetireMeter {
	return &types.MsgRetireMeter{Operator: Operator.Address, Meter: meter.Address, LastDay: lastDay}
}

// PublishNodeKey on a chain that began with State(4).
func PublishNodeKey(epoch uint32) *types.MsgPublishNodeKey {
	key := NodeKey(byte(epoch))
	return &types.MsgPublishNodeKey{Operator: Operator.Address, Epoch: epoch, Key: key,
		Signature: SignNodeKey(Operator, State(4), epoch, key)}
}

// PublishNodeKey on this chain.
func (c *Chain) PublishNodeKey(epoch uint32) *types.MsgPublishNodeKey {
	c.T.Helper()
	hash, err := c.App.Meters.GenesisHash.Get(c.Context())
	must(c.T, err)
	m := PublishNodeKey(epoch)
	m.Signature = Operator.Sign(types.NodeKeyText(c.ID, hash, epoch, m.Key))
	return m
}

// RotateOperator to a party, signed by another one.
func RotateOperator(by, to Party, n uint32) *types.MsgRotateOperator {
	return &types.MsgRotateOperator{Operator: by.Address, N: n, Address: to.Address,
		Signature: by.Sign(types.RotationText(ID, n, to.Key.PubKey().Address()))}
}

func VetoRotation(meter Party, n uint32) *types.MsgVetoRotation {
	return &types.MsgVetoRotation{Meter: meter.Address, N: n}
}

func ReplaceOperator(meter, by Party, n uint32) *types.MsgReplaceOperator {
	return &types.MsgReplaceOperator{Meter: meter.Address, N: n, Address: by.Address}
}

func SetTariff(fromDay uint32) *types.MsgSetTariff {
	t := Tariff(fromDay)
	return &types.MsgSetTariff{Operator: Operator.Address, FromDay: fromDay, Rule: t.Rule, RetailNelPerWh: t.RetailNelPerWh,
		FeedInNelPerWh: t.FeedInNelPerWh, FeePerDayNel: t.FeePerDayNel}
}

// SetPrices of n slots, each dearer than the one before.
func SetPrices(fromSlot uint32, n int) *types.MsgSetPrices {
	m := &types.MsgSetPrices{Operator: Operator.Address, FromSlot: fromSlot}
	for i := range int64(n) {
		m.RetailNelPerWh = append(m.RetailNelPerWh, 300_000+2000*i)
		m.FeedInNelPerWh = append(m.FeedInNelPerWh, 80_000+2000*i)
	}
	return m
}

func DisputeDay(meter Party, day uint32) *types.MsgDisputeDay {
	return &types.MsgDisputeDay{Operator: Operator.Address, Meter: meter.Address, Day: day, Reason: "context"}
}

// AnchorBook of a version, with totals where it is the first one.
func AnchorBook(day, version uint32) *types.MsgAnchorBook {
	m := &types.MsgAnchorBook{Operator: Operator.Address, Day: day, Version: version, BookHash: make([]byte, types.HashBytes)}
	if version <= 1 {
		m.Totals = Commitment(Operator, day)
	}
	return m
}

func NoBill(member, meter Party, day uint32) *types.MsgNoBill {
	return &types.MsgNoBill{Member: member.Address, Meter: meter.Address, Day: day}
}

func WithdrawNoBill(member, meter Party, day uint32) *types.MsgWithdrawNoBill {
	return &types.MsgWithdrawNoBill{Member: member.Address, Meter: meter.Address, Day: day}
}

// SetConsensusKey of a meter, drawn from a name.
func SetConsensusKey(meter Party, name string) *types.MsgSetConsensusKey {
	return &types.MsgSetConsensusKey{Operator: Operator.Address, Meter: meter.Address, Key: ConsensusKey(name)}
}

// VetoValidator of a beginning; with end, of an end.
func VetoValidator(meter, target Party, end bool) *types.MsgVetoValidator {
	return &types.MsgVetoValidator{Meter: meter.Address, Target: target.Address, End: end}
}

func LeaveValidators(meter Party) *types.MsgLeaveValidators {
	return &types.MsgLeaveValidators{Meter: meter.Address}
}

// FinalReading commits to registers that name the meter.
func FinalReading(meter Party) *types.MsgFinalReading {
	return &types.MsgFinalReading{Operator: Operator.Address, Meter: meter.Address, Link: Commitment(meter, 0)}
}

func ObjectFinalReading(member, meter Party) *types.MsgObjectFinalReading {
	return &types.MsgObjectFinalReading{Member: member.Address, Meter: meter.Address}
}
