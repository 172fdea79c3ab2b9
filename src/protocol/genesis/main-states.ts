/**
 * The states of the main chain's further modules in a genesis: the bank's, ELECTRA's, the register's, settlement's (docs/main-chain.md). A
 * genesis has all of them or, on a community's chain, none. Each is read in the one spelling in which the chain writes it; what its
 * numbers must agree with is asked as far as a reader rests on it: what there is of ELECTRA is who has it.
 */
import { GenesisState as ElectraState } from '../messages/generated/electra/electra/v1/types.ts';
import { GenesisState as RegisterState } from '../messages/generated/electra/register/v1/types.ts';
import { GenesisState as SettlementState } from '../messages/generated/electra/settlement/v1/types.ts';
import { array, base64, bool, integer, object, record, type Shape, text, u32 } from '../values/shape.ts';
import { APP_STATE, address, furtherStates, wrong } from './fields.ts';
import { MAIN_STATES, type MainStateName, type StateField } from './main-fields.ts';

const DENOM = 'nelectra';
const NAMES = Object.keys(MAIN_STATES) as MainStateName[];

/** Amounts in nELECTRA. Heights are those of the chain that the file is of. */
export interface MainStates {
  bank: { balances: readonly { address: string; amountNel: bigint }[]; supplyNel: bigint };
  electra: ElectraState;
  register: RegisterState;
  settlement: SettlementState;
}

const [I64, U64] = [(n: bigint) => BigInt.asIntN(64, n) === n, (n: bigint) => BigInt.asUintN(64, n) === n];

function checkValue(value: unknown, field: string, { kind, of = [] }: StateField): void {
  if (kind === 'string') text(value, field);
  else if (kind === 'bool') bool(value, field);
  else if (kind === 'uint32') u32(value, field);
  else if (kind === 'uint64' || kind === 'int64') {
    if (!(kind === 'int64' ? I64 : U64)(integer(value, field))) throw wrong(field, `a ${kind}`);
  } else if (kind === 'bytes') {
    if (value !== null) base64(value, field);
  } else if (kind === 'message') {
    if (value !== null) checkFields(value, field, of);
  } else for (const [i, entry] of array(value, field).entries()) checkOf(entry, `${field}[${i}]`, of);
}

const checkOf = (value: unknown, field: string, of: readonly StateField[]): unknown =>
  of.length === 0 ? text(value, field) : checkFields(value, field, of);

/** Just these fields, each written as Go writes it. */
function checkFields(value: unknown, field: string, fields: readonly StateField[]): Shape {
  const keys = fields.map(({ name }) => name);
  const shape = object(value, field, keys);
  for (const one of fields) checkValue(shape[one.name], `${field}.${one.name}`, one);
  return shape;
}

/** One denomination, sending switched on, and the supply is the sum of what is there. */
function readBank(state: Shape): MainStates['bank'] {
  const at = `${APP_STATE}.bank`;
  const params = record(state.params, `${at}.params`);
  if (params.default_send_enabled !== true) throw wrong(`${at}.params.default_send_enabled`, 'true');
  const coins = (value: unknown, field: string): bigint => {
    const all = array(value, field).map((coin) => record(coin, field));
    if (all.length > 1 || all.some(({ denom }) => denom !== DENOM)) throw wrong(field, `${DENOM} alone`);
    const amount = all.length === 0 ? 0n : integer(all[0].amount, `${field}[0].amount`);
    if (amount < 0n) throw wrong(`${field}[0].amount`, 'no negative amount');
    return amount;
  };
  const balances = array(state.balances, `${at}.balances`).map((entry, i) => {
    const field = `${at}.balances[${i}]`;
    const balance = record(entry, field);
    return { address: address(balance.address, `${field}.address`), amountNel: coins(balance.coins, `${field}.coins`) };
  });
  const supplyNel = coins(state.supply, `${at}.supply`);
  const held = balances.reduce((sum, { amountNel }) => sum + amountNel, 0n);
  if (held !== supplyNel) throw wrong(`${at}.supply`, `${held}, the sum of all balances`);
  return { balances, supplyNel };
}

/** Null where the file has none of them. @throws ProtocolError naming the field */
export function readMainStates(appState: Shape): { texts: Shape; states: MainStates } | null {
  const names = furtherStates(appState);
  if (names.length === 0) return null;
  const texts = object(Object.fromEntries(names.map((name) => [name, appState[name]])), APP_STATE, NAMES);
  const shapeOf = (name: MainStateName): Shape => checkFields(texts[name], `${APP_STATE}.${name}`, MAIN_STATES[name]);
  const states: MainStates = {
    bank: readBank(shapeOf('bank')),
    electra: ElectraState.fromJSON(shapeOf('electra')),
    register: RegisterState.fromJSON(shapeOf('register')),
    settlement: SettlementState.fromJSON(shapeOf('settlement')),
  };
  const { mintedNel, confirmedNel } = states.electra;
  if (mintedNel - confirmedNel !== states.bank.supplyNel)
    throw wrong(`${APP_STATE}.electra.minted_nel`, `confirmed_nel and the supply of ${states.bank.supplyNel}`);
  return { texts, states };
}
