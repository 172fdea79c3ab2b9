/**
 * Attacks on the chain's rules (protocol §5). One chain for all: electrad itself, with the attacker as its consensus engine, so that every
 * message is shown to CheckTx, to the other validators as a proposal, and forced into a block; each must refuse it, with one error.
 *
 * Without the rule: the same message in a state to which the rule does not apply, or on a second chain whose genesis sets the rule's
 * parameter to next to nothing.
 */
import { randomBytes } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { FIELD_ORDER, fieldToBytes } from '../src/protocol/index.ts';
import { rotationDigest } from '../src/protocol/meter/operator-signature.ts';
import { AttackChain, type ChainPlan, DAY_S, type Doors, FIRST_DAY, message } from '../test/kit/attack/hostile-chain.ts';
import { validator } from '../test/kit/audit/headers.ts';
import { nodeKeyMessage, type TestAccount, type TestMessage, testAccount, testNodeKey } from '../test/kit/chain.ts';
import { once } from '../test/kit/made-once.ts';
import type { Attack, Outcome, Player } from './attack.ts';

const group = 'the chain’s rules';
const METERS = 28;
const firstMeter = once(() => testAccount());
const chain = once(() => AttackChain.start({ meters: METERS, firstMeter: firstMeter() }));
/** The same software where the rules' parameters allow nearly everything. */
const looseChain = (over: ChainPlan = {}) =>
  AttackChain.start({ ...over, params: { graceBlocks: 1, validatorDelayS: 1, validatorWindowS: 1, tick: 500, ...over.params } });
const loose = once(() => looseChain());

/** Every door's refusal; a door that lets the message in is named too, so that the row is wrong. */
const refusalsOf = ({ checkTx, proposal, block }: Doors): string[] => [
  ...[checkTx, block].filter((name) => name !== 'accepted'),
  ...(checkTx === 'accepted' ? ['accepted by CheckTx'] : []),
  ...(proposal === 'accepted' ? ['accepted as a proposal'] : []),
  ...(block === 'accepted' ? ['accepted in a block'] : []),
];
const accepted = ({ checkTx, proposal, block }: Doors): boolean => [checkTx, proposal, block].every((door) => door === 'accepted');
export const outcome = (refused: Doors, taken: Doors, how: string): Outcome => ({
  refusals: accepted(refused) ? [] : refusalsOf(refused),
  without: { succeeds: accepted(taken), how: `${how}: ${taken.block}` },
});

export const rule = (name: string, by: Player, does: string, refusedBy: string, run: (c: AttackChain) => Promise<Outcome>): Attack => ({
  name,
  group,
  by,
  does,
  refusedBy: [refusedBy],
  run: async () => run(await chain()),
});

// ── Messages ─────────────────────────────────────────────────────────────────

const prices = (value: number) => Array<bigint>(96).fill(BigInt(value));
const tariff = ({ operator }: AttackChain, fromDay: number, retail = 300_000): TestMessage =>
  message('SetTariff', {
    operator: operator.address,
    fromDay,
    rule: 'mid-market/1',
    retailNelPerWh: prices(retail),
    feedInNelPerWh: prices(80_000),
    feePerDayNel: 0n,
  });
const slotPrices = ({ operator }: AttackChain, fromSlot: number, retail = 300_000): TestMessage =>
  message('SetPrices', { operator: operator.address, fromSlot, retailNelPerWh: [BigInt(retail)], feedInNelPerWh: [80_000n] });
const anchor = ({ operator }: AttackChain, day: number, version = 1, fill = 1): TestMessage =>
  message('AnchorBook', {
    operator: operator.address,
    day,
    version,
    bookHash: new Uint8Array(32).fill(fill),
    totals: version === 1 ? fieldToBytes(6n) : new Uint8Array(),
  });
const enrol = (
  { operator }: AttackChain,
  meter: TestAccount,
  firstDay: number,
  over: { maxWhPerSlot?: number; consensusKey?: Uint8Array } = {},
): TestMessage =>
  message('EnrolMeter', { operator: operator.address, meter: meter.address, member: meter.address, firstDay, maxWhPerSlot: 100, ...over });
const report = ({ keyEpoch }: AttackChain, meter: TestAccount, slot: number): TestMessage =>
  message('Report', { meter: meter.address, slot, keyEpoch, sealed: randomBytes(112) });
export const close = ({ keyEpoch }: AttackChain, meter: TestAccount, day: number, commitment = 5n): TestMessage =>
  message('CloseDay', {
    meter: meter.address,
    day,
    keyEpoch,
    commitment: commitment < FIELD_ORDER ? fieldToBytes(commitment) : Buffer.from(commitment.toString(16).padStart(64, '0'), 'hex'),
    sealed: randomBytes(715),
  });
const publish = (c: AttackChain, epoch: number, key: Uint8Array, by = c.operator): TestMessage => nodeKeyMessage(c, by, epoch, key);

/** Publishes the next epoch's key. */
async function published(c: AttackChain, key: Uint8Array): Promise<Doors> {
  const doors = await c.send(c.operator, publish(c, c.keyEpoch + 1, key));
  if (doors.block === 'accepted') c.keyEpoch++;
  return doors;
}

const slotNow = (c: AttackChain): number => Math.floor(c.nowUnixS / 900);
/** A day that is over. */
export async function dayOver(c: AttackChain): Promise<number> {
  const day = c.today;
  await c.until((day + 1) * DAY_S + 60);
  return day;
}

/** Anchors the first books of all frozen days before `day`, as far as they are not: these go in the order of days. */
async function bookedBefore(c: AttackChain, day: number): Promise<void> {
  for (let earlier = FIRST_DAY; earlier < day; earlier++) {
    const { block } = await c.send(c.operator, anchor(c, earlier));
    if (block !== 'accepted' && block !== 'meter/80') throw new Error(`book of day ${earlier}: ${block}`);
  }
}

// ── The attacks ──────────────────────────────────────────────────────────────

const dispute = ({ operator }: AttackChain, { address }: TestAccount, day: number): TestMessage =>
  message('DisputeDay', { operator: operator.address, meter: address, day, reason: 'commitment-mismatch' });

/** A statement that came late is disputed when two days have passed since the late roster. */
async function disputedWhenOverdue(c: AttackChain): Promise<Doors> {
  const [meter, first] = [c.take(), await dayOver(c)];
  await c.must(meter, close(c, meter, first));
  await c.freeze(first);
  const day = await dayOver(c);
  await c.freeze(day);
  await c.must(meter, close(c, meter, day));
  await c.freezeLate(day);
  await c.until(c.nowUnixS + 2 * DAY_S + 1);
  return c.send(c.operator, dispute(c, meter, day));
}

/** Fifteen meters of the largest size fill a roster. */
async function overloaded(c: AttackChain): Promise<Outcome> {
  const day = c.today + 1;
  const maxWhPerSlot = 2 ** 20 - 1;
  const [last, ...others] = Array.from({ length: 16 }, () => testAccount());
  await c.must(c.operator, ...others.map((meter) => enrol(c, meter, day, { maxWhPerSlot })));
  const one = enrol(c, last, day + 1, { maxWhPerSlot });
  const refused = await c.send(c.operator, one);
  await c.must(
    c.operator,
    ...others.map(({ address }) => message('RetireMeter', { operator: c.operator.address, meter: address, lastDay: day })),
  );
  return outcome(refused, await c.send(c.operator, one), 'once the others are retired');
}

/** Five validators of the operator's own against the community's four. */
async function majority(c: AttackChain, waits: readonly number[]): Promise<{ own: number; all: number }> {
  const keys = Array.from({ length: 5 }, (_, i) => validator(`${c.chainId} ${i}`).publicKey);
  await c.must(c.operator, ...keys.map((consensusKey) => enrol(c, testAccount(), c.today + 1, { consensusKey })));
  for (const afterS of waits) await c.until(c.nowUnixS + afterS);
  const own = keys.filter((key) => c.validators.has(Buffer.from(key).toString('hex'))).length;
  return { own, all: c.validators.size };
}

async function overnight(c: AttackChain): Promise<Outcome> {
  const held = await majority(c, [604_801, 60, 60, 86_400]);
  const taken = await majority(await loose(), Array<number>(12).fill(2));
  return {
    refusals: 3 * held.own < held.all && 2 * taken.own > taken.all ? ['validator window'] : [],
    without: {
      succeeds: 2 * taken.own > taken.all,
      how:
        `with delay and window of a second the operator holds ${taken.own} of ${taken.all} within a minute; here ${held.own} of ` +
        `${held.all} after eight days`,
    },
  };
}

const veto = (by: TestAccount, target: TestAccount, end = false): TestMessage =>
  message('VetoValidator', { meter: by.address, target: target.address, end });

/** The operator's five again, each as soon as it may, where two of the community's four veto every one of them, or keep silent. */
async function againstVetoes(vetoed: boolean): Promise<{ own: number; all: number }> {
  const c = await looseChain({ params: { validatorDelayS: 60 } });
  const own = Array.from({ length: 5 }, (_, i) => ({ account: testAccount(), consensusKey: validator(`${c.chainId} ${i}`).publicKey }));
  await c.must(c.operator, ...own.map(({ account, consensusKey }) => enrol(c, account, c.today + 1, { consensusKey })));
  for (const voter of vetoed ? c.meters.slice(1, 3) : []) await c.must(voter, ...own.map(({ account }) => veto(voter, account)));
  for (let i = 0; i < 12; i++) await c.until(c.nowUnixS + 10);
  const held = own.filter(({ consensusKey }) => c.validators.has(Buffer.from(consensusKey).toString('hex'))).length;
  return { own: held, all: c.validators.size };
}

async function vetoedMajority(): Promise<Outcome> {
  const [held, taken] = [await againstVetoes(true), await againstVetoes(false)];
  return {
    refusals: held.own === 0 && held.all === 4 ? ['vetoes of two of four'] : [],
    without: { succeeds: 2 * taken.own > taken.all, how: `with everybody silent the operator holds ${taken.own} of ${taken.all}` },
  };
}

/** A validator that asks to leave, whom the others would like to keep for its signature. */
async function heldBack(): Promise<Outcome> {
  const c = await looseChain({ params: { validatorDelayS: 60 } });
  const [, leaver, retired, voter] = c.meters;
  await c.must(leaver, message('LeaveValidators', { meter: leaver.address }));
  await c.must(c.operator, message('RetireMeter', { operator: c.operator.address, meter: retired.address, lastDay: c.today + 1 }));
  const refused = await c.send(voter, veto(voter, leaver, true));
  return outcome(refused, await c.send(voter, veto(voter, retired, true)), 'an end that the operator queued');
}

/** Two blocks, hours apart, and midnight between: the operator anchors a book of a roster that nobody could sign. */
async function halted(c: AttackChain): Promise<Doors> {
  const day = c.today;
  await c.until((day + 1) * DAY_S - 3600);
  await c.until((day + 1) * DAY_S + 36_000);
  await c.until((day + 1) * DAY_S + 72_000);
  return c.send(c.operator, anchor(c, day));
}

async function replayedFromAnOldChain(c: AttackChain): Promise<Outcome> {
  const old = await looseChain({ chainId: 'electra-attack-01dc0de5', firstMeter: firstMeter(), meters: METERS });
  await old.until((FIRST_DAY + 1) * DAY_S);
  const slot = (i: number) => report(old, firstMeter(), FIRST_DAY * 96 + i);
  // As many as it has sent on the other chain: then its number is right on both, and the chain's name alone is left to refuse it for.
  const sent = Number(await c.sequence(firstMeter()));
  for (let i = 0; i < sent; i++) await old.must(firstMeter(), slot(i));
  const tx = await old.signed(firstMeter(), [slot(sent)]);
  return outcome(await c.judge(tx), await old.judge(tx), 'on a chain of the old name');
}

async function skippingCheckTx(c: AttackChain): Promise<Outcome> {
  const { proposal, block } = await c.send(c.operator, tariff(c, c.today));
  return {
    refusals: [...(proposal === 'refused' ? ['ProcessProposal'] : []), ...(block === 'accepted' ? [] : [block])],
    without: {
      cannot:
        'electrad has no build whose rules hold in CheckTx alone. That the doors are apart shows in their answers: what CheckTx ' +
        'refused was proposed all the same, and forced into a block all the same',
    },
  };
}

export const chainAttacks: readonly Attack[] = [
  rule('tariff-on-the-chain-backdated', 'operator', 'sets a tariff from today on', 'meter/60', async (c) => {
    const same = tariff(c, c.today + 1);
    return outcome(await c.send(c.operator, tariff(c, c.today)), await c.send(c.operator, same), 'the same tariff from tomorrow on');
  }),
  rule('tariff-off-the-tick', 'operator', 'sets an outside price that is no multiple of 2·tick', 'meter/64', async (c) => {
    const other = await loose();
    return outcome(
      await c.send(c.operator, tariff(c, c.today + 1, 301_000)),
      await other.send(other.operator, tariff(other, other.today + 1, 301_000)),
      'where tick is 500',
    );
  }),
  rule('prices-set-too-late', 'operator', 'sets the prices of a slot that begins in less than 900 s', 'meter/67', async (c) => {
    const next = slotNow(c) + 1;
    const refused = await c.send(c.operator, slotPrices(c, next));
    return outcome(refused, await c.send(c.operator, slotPrices(c, next + 40)), 'the same prices of a slot ten hours on');
  }),
  rule('prices-off-the-tick', 'operator', 'sets prices of slots that are no multiples of 2·tick', 'meter/64', async (c) => {
    const [other, far] = [await loose(), (c.today + 1) * 96];
    return outcome(
      await c.send(c.operator, slotPrices(c, far, 301_000)),
      await other.send(other.operator, slotPrices(other, (other.today + 1) * 96, 301_000)),
      'where tick is 500',
    );
  }),
  rule('address-enrolled-again', 'operator', 'enrols an address again, with registers that start over', 'meter/41', async (c) =>
    outcome(
      await c.send(c.operator, enrol(c, c.take(), c.today + 1)),
      await c.send(c.operator, enrol(c, testAccount(), c.today + 1)),
      'an address that was never enrolled',
    ),
  ),
  rule('day-with-two-commitments', 'meter', 'closes a day twice', 'meter/23', async (c) => {
    const [meter, day] = [c.take(), await dayOver(c)];
    await c.must(meter, close(c, meter, day));
    const again = close(c, meter, day, 6n);
    const refused = await c.send(meter, again);
    const other = c.take();
    return outcome(refused, await c.send(other, close(c, other, day, 6n)), 'by a meter that has not closed it');
  }),
  rule('statement-sent-anew', 'network', 'sends a recorded transaction with a day’s statement once more', 'sdk/32', async (c) => {
    const [meter, day] = [c.take(), await dayOver(c)];
    const recorded = await c.signed(meter, [close(c, meter, day)]);
    const taken = await c.judge(recorded);
    return outcome(await c.judge(recorded), taken, 'where its sequence number is still the next');
  }),
  rule('commitment-plus-r', 'meter', 'commits to a number above r, which is no public input', 'meter/29', async (c) => {
    const [meter, day] = [c.take(), await dayOver(c)];
    return outcome(
      await c.send(meter, close(c, meter, day, FIELD_ORDER + 5n)),
      await c.send(meter, close(c, meter, day, 5n)),
      'the same residue below r',
    );
  }),
  rule('slot-reported-twice', 'meter', 'reports a slot again, with other registers', 'meter/20', async (c) => {
    const meter = c.take();
    await c.until(c.nowUnixS + 1800);
    const slot = slotNow(c) - 1;
    await c.must(meter, report(c, meter, slot));
    return outcome(await c.send(meter, report(c, meter, slot)), await c.send(meter, report(c, meter, slot - 1)), 'a slot not yet reported');
  }),
  rule('slot-of-the-future', 'meter', 'reports a slot that is not over', 'meter/21', async (c) => {
    const [meter, slot] = [c.take(), slotNow(c)];
    const refused = await c.send(meter, report(c, meter, slot));
    await c.until((slot + 1) * 900 + 1);
    return outcome(refused, await c.send(meter, report(c, meter, slot)), 'once it is over');
  }),
  rule('key-epoch-skipped', 'operator', 'publishes a node key two epochs on', 'meter/50', async (c) => {
    const key = testNodeKey().publicKey;
    const refused = await c.send(c.operator, publish(c, c.keyEpoch + 2, key));
    return outcome(refused, await published(c, key), 'as the next epoch');
  }),
  rule('key-of-low-order', 'network', 'publishes a node key whose shared secret everybody knows', 'meter/51', async (c) => {
    const refused = await c.send(c.operator, publish(c, c.keyEpoch + 1, new Uint8Array(32)));
    return outcome(refused, await published(c, testNodeKey().publicKey), 'a key of full order');
  }),
  rule('key-signed-by-another', 'operator', 'publishes a node key that the operator’s key has not signed', 'meter/52', async (c) => {
    const key = testNodeKey().publicKey;
    const forged = { ...publish(c, c.keyEpoch + 1, key, c.take()) };
    forged.value = { ...forged.value, operator: c.operator.address };
    return outcome(await c.send(c.operator, forged), await published(c, key), 'with its signature');
  }),
  rule('operator-rotated-by-another', 'operator', 'hands the operator’s part on with a signature of another key', 'meter/52', async () => {
    const c = await looseChain(); // one of its own: a chain on which time passes would have another operator afterwards
    const [to, thief] = [c.take(), c.take()];
    const rotate = (by: TestAccount): TestMessage => {
      const signature = secp256k1.sign(rotationDigest(c.chainId, 1, to.address), by.privateKey, { prehash: false, lowS: true });
      return message('RotateOperator', { operator: c.operator.address, n: 1, address: to.address, signature });
    };
    return outcome(await c.send(c.operator, rotate(thief)), await c.send(c.operator, rotate(c.operator)), 'with its signature');
  }),
  rule('book-anchored-before-the-freeze', 'operator', 'anchors a book while statements may still come', 'meter/81', async (c) => {
    const day = await dayOver(c);
    const refused = await c.send(c.operator, anchor(c, day));
    await c.freeze(day);
    await bookedBefore(c, day);
    return outcome(refused, await c.send(c.operator, anchor(c, day)), 'after the freeze');
  }),
  rule('book-anchored-twice', 'operator', 'anchors a second book as version 1', 'meter/80', async (c) => {
    const day = await dayOver(c);
    await dayOver(c);
    await c.freeze(day + 1);
    await bookedBefore(c, day + 1);
    return outcome(
      await c.send(c.operator, anchor(c, day, 1, 2)),
      await c.send(c.operator, anchor(c, day + 1, 1, 2)),
      'on a day without a book',
    );
  }),
  rule('dispute-without-a-commitment', 'operator', 'disputes a day that the meter did not sign', 'meter/70', async (c) => {
    const [meter, silent, day] = [c.take(), c.take(), await dayOver(c)];
    await c.must(meter, close(c, meter, day));
    await c.freeze(day);
    const [refused, taken] = [await c.send(c.operator, dispute(c, silent, day)), await c.send(c.operator, dispute(c, meter, day))];
    return outcome(refused, taken, 'of a meter that signed it');
  }),
  rule(
    'dispute-when-overdue',
    'operator',
    'withholds the bill of a late statement, and disputes it when the book is overdue',
    'meter/74',
    async (c) =>
      outcome(
        await disputedWhenOverdue(c),
        await disputedWhenOverdue(await looseChain({ params: { anchorDueS: 365 * DAY_S } })),
        'where books have a year',
      ),
  ),
  rule('roster-too-heavy-to-prove', 'operator', "enrols meters until a slot's total may pass 2^24 Wh", 'meter/44', overloaded),
  rule('majority-overnight', 'operator', 'enrols a majority of validators of its own', 'validator window', overnight),
  rule('majority-against-vetoes', 'operator', 'enrols it patiently, one after the other', 'vetoes of two of four', vetoedMajority),
  rule('leave-vetoed', 'validator', 'holds back a meter that asks to leave', 'meter/112', heldBack),
  rule('veto-without-power', 'meter', 'vetoes a newcomer without having power itself', 'meter/110', async () => {
    const c = await looseChain({ params: { validatorDelayS: 60 } });
    const [, powered, , , light] = c.meters;
    const newcomer = testAccount();
    await c.must(c.operator, enrol(c, newcomer, c.today + 1, { consensusKey: validator(`${c.chainId} newcomer`).publicKey }));
    return outcome(await c.send(light, veto(light, newcomer)), await c.send(powered, veto(powered, newcomer)), 'by a validator');
  }),
  rule(
    'halt-across-midnight',
    'network',
    'halts the chain across midnight and lets two blocks through; the operator anchors the empty day',
    'meter/81',
    async (c) => outcome(await halted(c), await halted(await loose()), 'where grace is one block'),
  ),
  {
    name: 'transaction-of-an-old-chain',
    group,
    by: 'network',
    does: 'replays a transaction that was signed for an earlier chain',
    refusedBy: ['sdk/4'],
    run: async () => replayedFromAnOldChain(await chain()),
  },
  {
    name: 'proposer-skips-check-tx',
    group,
    by: 'validator',
    does: 'proposes what CheckTx refuses',
    refusedBy: ['ProcessProposal', 'meter/60'],
    run: async () => skippingCheckTx(await chain()),
  },
  rule('totals-issued-again', 'operator', 'anchors a second version before the late roster', 'meter/81', async (c) => {
    const day = await dayOver(c);
    await c.freeze(day);
    await bookedBefore(c, day + 1);
    const refused = await c.send(c.operator, anchor(c, day, 2));
    await c.freezeLate(day);
    return outcome(refused, await c.send(c.operator, anchor(c, day, 2)), 'after the late roster');
  }),
  rule('statement-after-the-late-period', 'meter', 'closes a day after its late period', 'meter/25', async (c) => {
    const [meter, other, before] = [c.take(), c.take(), await dayOver(c)];
    await Promise.all([meter, other].map((one) => c.signed(one, [close(c, one, before)]))).then((both) => c.block(both)); // in service
    await c.freeze(before);
    const day = await dayOver(c);
    await c.freeze(day);
    const inTime = await c.send(other, close(c, other, day));
    await c.freezeLate(day);
    return outcome(await c.send(meter, close(c, meter, day)), inTime, 'within the late period');
  }),
];
