/** The orders that holders of ELECTRA, roles, meters with power and the operator give: what is sent, in words, and what shows it. */

import { dayToDate } from '../../protocol/values/time.ts';
import type { MainState } from '../../reader/light/index.ts';
import { electra } from '../operator/amount.ts';
import { at } from '../operator/moment.ts';
import type { Order, Seen } from './order.ts';

const say = (words: string, value: Record<string, unknown>): Seen => ({ words, value });
const nel = (amountNel: bigint): string => `${electra(amountNel)} ELECTRA`;
const balanceOf = ({ bank }: MainState, address: string): bigint => bank.balancesNel.get(address) ?? 0n;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function escrowed(state: MainState, uplink: string, by: string): Seen {
  const [escrowNel, balanceNel] = [state.settlement.escrowsNel.get(uplink) ?? 0n, balanceOf(state, by)];
  return say(`escrow ${nel(escrowNel)}, balance ${nel(balanceNel)}`, { uplink, escrowNel, balanceNel });
}

const move = (name: 'Deposit' | 'Withdraw', words: string, uplink: string, amountNel: bigint): Order => ({
  ...{ name, words, value: { uplink, amountNel: String(amountNel) } },
  seen: (state, by) => escrowed(state, uplink, by),
});

export const deposit = (uplink: string, amountNel: bigint): Order =>
  move('Deposit', `pay ${nel(amountNel)} into the escrow of ${uplink}`, uplink, amountNel);

export const withdraw = (uplink: string, amountNel: bigint): Order =>
  move('Withdraw', `take ${nel(amountNel)} out of the escrow of ${uplink}`, uplink, amountNel);

export const settle = (fromDay: number, entry: { uplink: string; amountNel: bigint; sumProof: Uint8Array }): Order => ({
  ...{ name: 'Settle', words: `settle the period of ${dayToDate(fromDay)}, of which ${entry.uplink} owes ${nel(entry.amountNel)}` },
  value: {
    fromDay,
    entries: [{ uplink: entry.uplink, amountNel: String(entry.amountNel), sumProof: base64(entry.sumProof) }],
  },
  seen: ({ settlement: { entries } }) => {
    const found = entries.find((one) => one.fromDay === fromDay && one.uplink === entry.uplink && one.amountNel === entry.amountNel);
    return (
      found &&
      say(`${dayToDate(fromDay)} is settled: owed ${nel(entry.amountNel)}`, { fromDay, amountNel: entry.amountNel, pool: found.pool })
    );
  },
});

export const withdrawFund = (amountNel: bigint): Order => ({
  ...{ name: 'WithdrawFund', words: `pay ${nel(amountNel)} of the fund to the operator`, value: { amountNel: String(amountNel) } },
  seen: (state, by) =>
    say(`fund ${nel(state.settlement.fundNel)}, balance ${nel(balanceOf(state, by))}`, {
      ...{ fundNel: state.settlement.fundNel, balanceNel: balanceOf(state, by) },
    }),
});

export const send = (to: string, amountNel: bigint): Order => ({
  ...{ name: 'Send', words: `send ${nel(amountNel)} to ${to}` },
  value: { toAddress: to, amount: [{ denom: 'nelectra', amount: String(amountNel) }] },
  seen: (state, by) => {
    const [balanceNel, toBalanceNel] = [balanceOf(state, by), balanceOf(state, to)];
    return say(`balance ${nel(balanceNel)}, that of ${to} ${nel(toBalanceNel)}`, { to, balanceNel, toBalanceNel });
  },
});

export const redeem = (amountNel: bigint, reference: string): Order => ({
  ...{ name: 'Redeem', words: `redeem ${nel(amountNel)}, to be paid out by the issuer to ${JSON.stringify(reference)}` },
  value: { amountNel: String(amountNel), reference },
  seen: ({ electra: { redemptions } }, by) => {
    const found = redemptions.findLast((one) => one.holder === by && one.amountNel === amountNel && one.reference === reference);
    return found && say(`redemption ${found.id} is ${found.state}, since ${at(Number(found.unixS))}`, { id: found.id, state: found.state });
  },
});

export const registerAccount = (address: string, kind: string): Order => ({
  ...{ name: 'RegisterAccount', words: `let ${address} hold ELECTRA, as ${kind}`, value: { address, kind } },
  seen: ({ electra: { accounts } }, by) => {
    const found = accounts.find((one) => one.address === address && one.kind === kind && one.registrar === by);
    return found && say(`${address} may hold ELECTRA, as ${kind}`, { address, kind });
  },
});

export const attest = (asOfUnixS: number, amountNel: bigint, document: Uint8Array): Order => ({
  ...{ name: 'AttestReserve', words: `attest a reserve of ${nel(amountNel)} as of ${at(asOfUnixS)}, by the document ${hex(document)}` },
  value: { asOfUnixS: String(asOfUnixS), amountNel: String(amountNel), documentHash: base64(document) },
  seen: ({ electra: { attestations }, bank: { supplyNel } }) => {
    const found = attestations.find((one) => Number(one.asOfUnixS) === asOfUnixS && one.amountNel === amountNel);
    return (
      found &&
      say(`attested ${nel(amountNel)} as of ${at(asOfUnixS)}, beside a supply of ${nel(supplyNel)}`, {
        ...{ asOfUnixS, amountNel, documentHash: hex(found.documentHash), supplyNel },
      })
    );
  },
});

export const mint = (to: string, amountNel: bigint): Order => ({
  ...{ name: 'Mint', words: `mint ${nel(amountNel)} to ${to}`, value: { to, amountNel: String(amountNel) } },
  seen: (state) => {
    const { supplyNel } = state.bank;
    const toBalanceNel = balanceOf(state, to);
    return say(`supply ${nel(supplyNel)}, balance of ${to} ${nel(toBalanceNel)}`, { to, supplyNel, toBalanceNel });
  },
});

const closed = (id: bigint, state: string) => (found: MainState) => {
  const one = found.electra.redemptions.find((redemption) => redemption.id === id);
  if (one?.state !== state) return undefined;
  return say(`redemption ${id} of ${nel(one.amountNel)} is ${state}`, { id, state, holder: one.holder, amountNel: one.amountNel });
};

export const confirm = (id: bigint, payment: Uint8Array): Order => ({
  ...{ name: 'ConfirmRedemption', words: `confirm redemption ${id} as paid, by ${hex(payment)}, and burn it` },
  ...{ value: { id: String(id), paymentHash: base64(payment) }, seen: closed(id, 'confirmed') },
});

export const reject = (id: bigint, reason: string): Order => ({
  ...{ name: 'RejectRedemption', words: `reject redemption ${id} (${reason}), and give it back` },
  ...{ value: { id: String(id), reason }, seen: closed(id, 'rejected') },
});

const frozen = (name: 'Freeze' | 'Unfreeze', account: string, reason: Uint8Array): Order => ({
  ...{ name, words: `${name === 'Freeze' ? 'freeze' : 'unfreeze'} ${account}, by the reason ${hex(reason)}` },
  value: { account, reasonHash: base64(reason) },
  seen: (state) => {
    const isFrozen = state.electra.frozen.some((one) => one.account === account);
    if (isFrozen !== (name === 'Freeze')) return undefined;
    return say(`${account} is ${isFrozen ? 'frozen' : 'not frozen'}`, { account, frozen: isFrozen });
  },
});
export const freeze = (account: string, reason: Uint8Array): Order => frozen('Freeze', account, reason);
export const unfreeze = (account: string, reason: Uint8Array): Order => frozen('Unfreeze', account, reason);

const paused = (name: 'Pause' | 'Unpause', words: string): Order => ({
  ...{ name, words, value: {} },
  seen: ({ electra: { isPaused } }) =>
    isPaused === (name === 'Pause') ? say(isPaused ? 'ELECTRA is paused' : 'ELECTRA is not paused', { paused: isPaused }) : undefined,
});
export const pause = (): Order =>
  paused('Pause', 'pause ELECTRA: nothing is minted, sent or paid to members; redeeming and settlement go on');
export const unpause = (): Order => paused('Unpause', 'end the pause of ELECTRA');

export const rotateRole = (role: string, address: string): Order => ({
  ...{ name: 'RotateRole', words: `hand the role of ${role} on to ${address}, in seven days`, value: { role, address }, names: [address] },
  seen: ({ electra: { roleChanges } }) => {
    const found = roleChanges.find((one) => one.role === role && one.address === address);
    return found && say(`${address} is to be the ${role} at ${at(Number(found.dueUnixS))}`, { role, address, dueUnixS: found.dueUnixS });
  },
});

export const cancelRotation = (role: string): Order => ({
  ...{ name: 'CancelRotation', words: `cancel the rotation of the ${role} that waits`, value: { role } },
  seen: ({ electra: { roleChanges, roles } }) =>
    roleChanges.some((one) => one.role === role)
      ? undefined
      : say(`no rotation of the ${role} waits; it is ${roles.get(role)}`, { role, address: roles.get(role) }),
});

/** Votes are not among what is proven; what they bring is. */
export const replaceRole = (role: string, address: string): Order => ({
  ...{ name: 'ReplaceRole', words: `name ${address} as the ${role}`, value: { role, address }, names: [address] },
  seen: ({ electra: { roles } }) =>
    say(
      roles.get(role) === address
        ? `${address} is the ${role}`
        : `named; the ${role} is ${roles.get(role)} until meters with more than two thirds of the power name ${address}`,
      { role, named: address, address: roles.get(role) },
    ),
});

export const veto = (id: bigint): Order => ({
  ...{ name: 'Veto', words: `veto number ${id} of what waits`, value: { id: String(id) } },
  seen: ({ register: { pending } }, by) => {
    const found = pending.find((one) => one.id === id && one.vetoedBy.includes(by));
    return (
      found &&
      say(`number ${id}, of uplink ${found.uplink}, is vetoed by ${found.vetoedBy.length}; due ${at(Number(found.dueUnixS))}`, {
        ...{ id, uplink: found.uplink, vetoedBy: found.vetoedBy, dueUnixS: found.dueUnixS },
      })
    );
  },
});

const standing = (state: MainState, uplink: string): string | undefined =>
  state.register.communities.find((one) => one.uplink === uplink)?.suspended;

export const suspend = (uplink: string): Order => ({
  ...{ name: 'Suspend', words: `vote for the suspension of the community behind ${uplink}`, value: { uplink } },
  seen: (state) => {
    const suspended = standing(state, uplink);
    const words = suspended
      ? `the community behind ${uplink} is suspended (${suspended})`
      : 'voted; the community is suspended once meters with more than two thirds of the power have';
    return suspended === undefined ? undefined : say(words, { uplink, suspended });
  },
});

/** Two headers of one height, each an Evidence as JSON without proofs. */
export const conflict = (uplink: string, height: number, [one, other]: readonly [unknown, unknown]): Order => ({
  ...{ name: 'Conflict', words: `show two headers of height ${height} of the community behind ${uplink}, which suspends it` },
  value: { uplink, one, other },
  seen: (state) =>
    standing(state, uplink)
      ? say(`the community behind ${uplink} is suspended (${standing(state, uplink)})`, { uplink, suspended: standing(state, uplink) })
      : undefined,
});

const waits = ({ register: { pending } }: MainState, uplink: string, what: (one: (typeof pending)[number]) => boolean) =>
  pending.find((one) => one.uplink === uplink && what(one));

export const resume = (uplink: string, checkpoint: unknown): Order => ({
  ...{ name: 'Resume', words: `have the community behind ${uplink} go on, in seven days`, value: { uplink, checkpoint } },
  seen: (state) => {
    const found = waits(state, uplink, (one) => !one.register && one.checkpoint !== undefined);
    return found && say(`number ${found.id}: it goes on at ${at(Number(found.dueUnixS))}, unless vetoed`, { id: found.id, uplink });
  },
});

export const replaceTreasury = (uplink: string, treasury: string): Order => ({
  ...{ name: 'ReplaceTreasury', words: `have settlement pay ${treasury} for ${uplink}, in seven days`, value: { uplink, treasury } },
  seen: (state) => {
    const found = waits(state, uplink, (one) => one.treasury === treasury);
    return (
      found &&
      say(`number ${found.id}: ${treasury} is paid from ${at(Number(found.dueUnixS))} on, unless vetoed`, {
        id: found.id,
        uplink,
        treasury,
      })
    );
  },
});
