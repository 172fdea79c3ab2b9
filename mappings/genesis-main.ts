/** What a main chain began with beside its meters, as rows: who has a part in ELECTRA, who holds it, which communities, what is settled. */
import type { MainStates } from '../src/protocol/genesis/index.ts';
import { ELECTRA } from './electra.ts';
import { hex, plainText } from './handler.ts';
import { REGISTER } from './register.ts';
import type { Store } from './types.ts';

type At = (height: bigint) => number;
const bytesOrNone = (bytes: Uint8Array): string | null => (bytes.length === 0 ? null : hex(bytes));

export async function setMainStates({ electra, register, settlement }: MainStates, initialHeight: number, store: Store): Promise<void> {
  /** A height of the chain that goes on here; 0: of no block before. */
  const at: At = (height) => (height < initialHeight ? Number(height) : 0);
  await setElectra(electra, store, at);
  await setRegister(register, store, at);
  for (const { fromDay, uplink, amountNel, height } of settlement.entries) {
    const id = `${fromDay}-${uplink}`;
    const said = { id, fromDay, uplink, amountNel, sumProof: null, sender: null };
    await store.set('SettlementEntry', id, { ...said, height: at(height), unixS: 0n });
  }
}

async function setElectra(state: MainStates['electra'], store: Store, at: At): Promise<void> {
  const { mintedNel, confirmedNel, paused } = state;
  const redemptions = state.redemptions.length;
  await store.set('Electra', ELECTRA, { id: ELECTRA, mintedNel, confirmedNel, redemptions, paused });
  for (const { role, address } of state.roles) await store.set('ElectraRole', role, { id: role, address, height: 0 });
  for (const { role, address, dueUnixS } of state.roleChanges) {
    const id = `${role}-0`;
    await store.set('RoleChange', id, { id, role, address, voted: false, height: 0, dueUnixS, fate: null, settledHeight: null });
  }
  for (const { role, meter, address } of state.roleVotes) {
    const id = `${role}-${meter}-0`;
    await store.set('RoleVote', id, { id, role, meter, address, height: 0 });
  }
  const frozen = new Map(state.frozen.map(({ account, reasonHash }) => [account, hex(reasonHash)]));
  for (const { address: id, kind, registrar, height } of state.accounts)
    await store.set('ElectraAccount', id, { id, kind, registrar, height: at(height), reasonHash: frozen.get(id) ?? null });
  for (const { asOfUnixS, amountNel, documentHash, height } of state.attestations) {
    const id = String(asOfUnixS);
    await store.set('Attestation', id, { id, asOfUnixS, amountNel, documentHash: hex(documentHash), height: at(height), unixS: 0n });
  }
  for (const { id, holder, amountNel, reference, unixS, state: stands, closedUnixS, paymentHash, reason } of state.redemptions) {
    const end = { paymentHash: bytesOrNone(paymentHash), reason: reason === '' ? null : plainText(reason), closedHeight: null };
    const row = { number: Number(id), holder, amountNel, reference: plainText(reference), state: stands, ...end, height: 0, unixS };
    await store.set('Redemption', String(id), { id: String(id), ...row, closedUnixS: closedUnixS === 0n ? null : closedUnixS });
  }
}

async function setRegister({ communities, pending, suspendVotes, nextId }: MainStates['register'], store: Store, at: At): Promise<void> {
  await store.set('Register', REGISTER, { id: REGISTER, nextNumber: Number(nextId) });
  for (const { uplink: id, chainId, genesisHash, creditNel, members, height, suspended } of communities) {
    const terms = { chainId, genesisHash: hex(genesisHash), creditNel, members, height: at(height) };
    await store.set('Community', id, { id, ...terms, suspended: suspended === '' ? null : suspended, suspendedHeight: null });
  }
  for (const { id, uplink, register, checkpoint, treasury, height, dueUnixS, vetoedBy } of pending) {
    const terms = register && {
      chainId: register.chainId,
      genesisHash: hex(register.genesisHash),
      creditNel: register.creditNel,
      members: register.members,
    };
    const about = terms ?? { chainId: null, genesisHash: null, creditNel: null, members: null };
    const what = register ? 'register' : checkpoint ? 'resume' : 'treasury';
    const row = { number: Number(id), what, uplink, ...about, treasury: treasury === '' ? null : treasury };
    await store.set('RegisterChange', String(id), {
      id: String(id),
      ...row,
      height: at(height),
      dueUnixS,
      fate: null,
      settledHeight: null,
    });
    for (const meter of vetoedBy) {
      const veto = `${id}-${meter}`;
      await store.set('RegisterVeto', veto, { id: veto, number: Number(id), meter, height: 0 });
    }
  }
  for (const { uplink, meter } of suspendVotes) {
    const id = `${uplink}-${meter}-0`;
    await store.set('SuspendVote', id, { id, uplink, meter, height: 0 });
  }
}
