/**
 * Check 13: ELECTRA (docs/electra.md). What circulates is what was minted less what was redeemed, no more was ever minted than was
 * attested, and everything that a holder has to know is named: an old attestation, an overdue redemption, a frozen account, a pause, a
 * role on its way.
 *
 * The state shows it without any history. A mint at time t, under an attestation of amount A as of a, left minted ≤ A + all that was
 * confirmed before a; so what is minted now is at most that of one of the attestations.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { DAY_S } from '../../../protocol/index.ts';
import type { ElectraState, MainState } from '../../light/index.ts';
import { type Check, type Fault, lines } from '../checks.ts';
import { moment } from '../format.ts';
import { moduleAddress } from './settlement-checks.ts';

/** Nothing is minted on an older attestation. */
const ATTESTED_S = 35 * DAY_S;
const REDEEM_DUE_S = 5 * DAY_S;
const ROLES = ['attestor', 'guardian', 'issuer'];
const MODULES = ['settlement', 'electra'].map(moduleAddress);

const sumOf = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((sum, amount) => sum + amount, 0n);

/** Σ balances = supply = Σ mint − Σ confirmed; what is locked is what is to be redeemed. */
function supplyFaults({ bank, electra }: MainState): Fault[] {
  const balances = sumOf(bank.balancesNel.values());
  const supply = electra.mintedNel - electra.confirmedNel;
  const confirmed = electra.redemptions.filter(({ state }) => state === 'confirmed');
  const locked = sumOf(electra.redemptions.filter(({ state }) => state === 'open').map(({ amountNel }) => amountNel));
  const inModule = bank.balancesNel.get(moduleAddress('electra')) ?? 0n;
  const payments = confirmed.map(({ paymentHash }) => bytesToHex(paymentHash));
  const holders = new Set([...electra.accounts.map(({ address }) => address), ...MODULES]);
  return [
    ...(balances === bank.supplyNel ? [] : [{ detail: `all balances come to ${balances} nELECTRA, the supply is ${bank.supplyNel}` }]),
    ...(supply === bank.supplyNel ? [] : [{ detail: `minted less redeemed is ${supply} nELECTRA, the supply is ${bank.supplyNel}` }]),
    ...(sumOf(confirmed.map(({ amountNel }) => amountNel)) === electra.confirmedNel
      ? []
      : [{ detail: `${electra.confirmedNel} nELECTRA were burnt; confirmed redemptions come to another sum` }]),
    ...(locked === inModule ? [] : [{ detail: `${inModule} nELECTRA are locked, open redemptions come to ${locked}` }]),
    ...(new Set(payments).size === payments.length ? [] : [{ detail: 'one payment confirms two redemptions' }]),
    ...electra.redemptions.flatMap(({ id }, i): Fault[] => (id === BigInt(i + 1) ? [] : [{ detail: `redemption ${i + 1} is not there` }])),
    ...[...bank.balancesNel.keys()]
      .filter((address) => !holders.has(address))
      .map((meter): Fault => ({ meter, detail: 'holds ELECTRA and is not registered' })),
  ];
}

/** The most that may ever have been minted under an attestation. */
const mintable = ({ redemptions }: ElectraState, { asOfUnixS, amountNel }: ElectraState['attestations'][number]): bigint =>
  amountNel + sumOf(redemptions.filter((one) => one.state === 'confirmed' && one.closedUnixS < asOfUnixS).map((one) => one.amountNel));

function reserveFaults({ bank, electra }: MainState, asOfUnixS: number): Fault[] {
  const { attestations, mintedNel, redemptions } = electra;
  const latest = attestations.at(-1);
  if (!latest) return mintedNel === 0n ? [] : [{ detail: `${mintedNel} nELECTRA were minted, and nothing is attested` }];
  const amounts = attestations.map((one) => mintable(electra, one));
  const most = amounts.sort((a, b) => (a < b ? 1 : -1))[0];
  const underWay = sumOf(redemptions.filter(({ state }) => state === 'open').map(({ amountNel }) => amountNel));
  const ageS = asOfUnixS - Number(latest.asOfUnixS);
  return [
    ...(mintedNel <= most ? [] : [{ detail: `${mintedNel} nELECTRA were minted, at most ${most} under any attestation` }]),
    ...(bank.supplyNel - underWay <= latest.amountNel
      ? []
      : [
          {
            status: 'open' as const,
            detail: `${bank.supplyNel - underWay} nELECTRA circulate, attested are ${latest.amountNel}: ask the issuer`,
          },
        ]),
    ...(ageS <= ATTESTED_S
      ? []
      : [
          {
            status: 'open' as const,
            detail: `the last attestation is of ${moment(Number(latest.asOfUnixS))}, ${Math.floor(ageS / DAY_S)} days old`,
          },
        ]),
  ];
}

const redemptionFaults = ({ redemptions }: ElectraState, asOfUnixS: number): Fault[] =>
  redemptions
    .filter(({ state, unixS }) => state === 'open' && asOfUnixS > Number(unixS) + REDEEM_DUE_S)
    .map(({ id, holder, amountNel, unixS }) => ({
      meter: holder,
      status: 'open',
      detail: `redemption ${id} of ${amountNel} nELECTRA is overdue since ${moment(Number(unixS) + REDEEM_DUE_S)}`,
    }));

function roleFaults({ roles, roleChanges }: ElectraState): Fault[] {
  const names = [...roles.keys()].sort();
  const same = new Set(roles.values()).size < roles.size;
  return [
    ...(names.join() === ROLES.join() ? [] : [{ detail: `the roles are ${names.join(', ')}, expected ${ROLES.join(', ')}` }]),
    ...(same ? [{ detail: 'two roles are one address' }] : []),
    ...roleChanges.map((one): Fault => {
      const detail = `${one.role} is to be ${one.address} from chain time ${one.dueUnixS} on; the guardian may cancel it`;
      return { status: 'open', detail };
    }),
  ];
}

const accountFaults = ({ frozen, isPaused }: ElectraState): Fault[] => [
  ...frozen.map(
    ({ account }): Fault => ({ meter: account, status: 'open', detail: 'frozen: it sends and redeems nothing; settlement goes on' }),
  ),
  ...(isPaused
    ? [{ status: 'open' as const, detail: 'paused: nothing is minted, sent or registered; redemptions and settlement go on' }]
    : []),
];

/** Check 13, as of the newest header. */
export function electraChecks(state: MainState, asOfUnixS: number): Check[] {
  const { bank, electra } = state;
  const { attestations, redemptions, accounts } = electra;
  const head = (name: string) => ({ id: '13' as const, name });
  const open = redemptions.filter(({ state: of }) => of === 'open').length;
  return [
    ...lines(
      head('supply'),
      supplyFaults(state),
      `${bank.supplyNel} nELECTRA: all balances, and all that was minted less what was redeemed`,
    ),
    ...lines(head('reserve'), reserveFaults(state, asOfUnixS), `never more minted than attested (${attestations.length} attestations)`),
    ...lines(head('redemptions'), redemptionFaults(electra, asOfUnixS), `${redemptions.length}, ${open} of them open, none overdue`),
    ...lines(head('roles'), roleFaults(electra), [...electra.roles].map(([role, address]) => `${role} ${address}`).join(', ')),
    ...lines(head('accounts'), accountFaults(electra), `${accounts.length} registered, none frozen`),
  ];
}
