/**
 * Boxes in the wrong place (protocol §3). A sealed box says neither who sealed it nor for what: plain libsodium opens it wherever it is
 * put. The vault's own opening refuses, by the 38 bytes in front of the plaintext; without them read, the same bytes give a perfectly good
 * report of somebody else, some other time, some other chain.
 */
import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';
import {
  accountText,
  boxPublicKey,
  commitDay,
  encodeReport,
  encodeStatement,
  HEADER_BYTES,
  SEALED_REPORT_BYTES,
  sealBox,
} from '../sdk/ts/src/index.ts';
import { statementFault } from '../src/node/books/intake/open.ts';
import { ProverError } from '../src/node/proofs/errors.ts';
import { openRawBox, type RawBox } from '../src/node/vault/open.ts';
import { boxKey } from '../src/node/vault/unseal.ts';
import { fieldToBytes, gridId, meterTag } from '../src/protocol/index.ts';
import { LayoutReader } from '../src/protocol/values/bytes.ts';
import { copyOfDay1, day2, entriesOfDay2, meterOf, onItsChain, plan2, withEntry } from '../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../test/kit/attack/forged-day.ts';
import { prove } from '../test/kit/attack/kept-proofs.ts';
import type { Attack, Outcome } from './attack.ts';
import { audit } from './audit-attack.ts';

await sodium.ready;
const group = 'sealed boxes';

const CHAIN = 'electra-rural-5eed0001';
const [victim, thief] = [7, 8].map((byte) => accountText(new Uint8Array(20).fill(byte)));
const SLOT = 1_980_960;
const secretKey = new Uint8Array(32).fill(0x51);
const publicKey = boxPublicKey(secretKey);
const key = boxKey({ publicKey, secretKey, epoch: 1 } as never);

const report = { slot: SLOT, importRegisterWh: 123_456n, exportRegisterWh: 7n, powerW: 250, flags: 0 };
const seal = (plaintext: Uint8Array): Uint8Array => sealBox(plaintext, publicKey, new Uint8Array(randomBytes(32)));
const carried = (sealed: Uint8Array, over: Partial<RawBox> = {}): RawBox => ({
  kind: 'report',
  chainId: CHAIN,
  meter: thief,
  at: SLOT,
  keyEpoch: 1,
  sealed: Buffer.from(sealed).toString('base64'),
  ...over,
});

/** The body of a report, its header unread. */
function bodyOf(plaintext: Uint8Array): { slot: number; importRegisterWh: bigint } {
  const reader = new LayoutReader(plaintext.subarray(HEADER_BYTES));
  return { slot: reader.u32(), importRegisterWh: reader.u64() };
}

/** What a node without the context test makes of a box. */
function plainly(sealed: Uint8Array): { succeeds: boolean; how: string } {
  const { importRegisterWh } = bodyOf(sodium.crypto_box_seal_open(sealed, publicKey, secretKey));
  return {
    succeeds: importRegisterWh === report.importRegisterWh,
    how: `crypto_box_seal_open gives the victim's register, ${importRegisterWh} Wh, to whoever sent the box`,
  };
}

interface Lifted {
  name: string;
  does: string;
  refusedBy: string;
  sealed: () => Uint8Array;
  over?: Partial<RawBox>;
}
const lifted = ({ name, does, refusedBy, sealed, over }: Lifted): Attack => ({
  name,
  group,
  by: 'meter',
  does,
  refusedBy: [refusedBy],
  run: async (): Promise<Outcome> => {
    const box = sealed();
    const opened = openRawBox(carried(box, over), CHAIN, () => key);
    return { refusals: opened.ok ? [] : [opened.reason], without: plainly(box) };
  },
});

const of = (meter: string, over: { chainId?: string; keyEpoch?: number; slot?: number } = {}): Uint8Array =>
  seal(encodeReport({ ...report, slot: over.slot ?? SLOT }, { chainId: over.chainId ?? CHAIN, meter, keyEpoch: over.keyEpoch ?? 1 }));

/** A box to nobody: an ephemeral key of low order makes the shared point all zero, so its key is known without any secret. */
async function lowOrder(): Promise<Outcome> {
  const ephemeral = new Uint8Array(32);
  const symmetric = sodium.crypto_core_hsalsa20(new Uint8Array(16), new Uint8Array(32), null);
  const nonce = sodium.crypto_generichash(24, Buffer.concat([ephemeral, publicKey]), null);
  const sealed = Buffer.concat([
    ephemeral,
    sodium.crypto_secretbox_easy(encodeReport(report, { chainId: CHAIN, meter: thief, keyEpoch: 1 }), nonce, symmetric),
  ]);
  const opened = openRawBox(carried(sealed), CHAIN, () => key);
  const anybody = bodyOf(sodium.crypto_secretbox_open_easy(sealed.subarray(32), nonce, symmetric));
  return {
    refusals: opened.ok ? [] : [opened.reason],
    without: {
      succeeds: sealed.length === SEALED_REPORT_BYTES && anybody.slot === SLOT,
      how: 'the bare construction opens it with the key of the all-zero point: a meter that fell for it would write to everybody',
    },
  };
}

/** One faulty meter: its commitment is not that of its statement. */
async function faultyMeter(): Promise<Outcome> {
  const at = day2().book.day;
  const statement = {
    day: at,
    importStartWh: 0n,
    exportStartWh: 0n,
    importWh: Array<number>(96).fill(9),
    exportWh: Array<number>(96).fill(0),
    blinding: new Uint8Array(31).fill(1),
    flags: 0,
  };
  const wrong = commitDay({ ...statement, importStartWh: 1n, gridId: gridId(CHAIN), meterTag: meterTag(victim), day: at });
  const opened = openRawBox(
    {
      kind: 'statement',
      chainId: CHAIN,
      meter: victim,
      at,
      keyEpoch: 1,
      sealed: Buffer.from(seal(encodeStatement(statement, { chainId: CHAIN, meter: victim, keyEpoch: 1 }))).toString('base64'),
    },
    CHAIN,
    () => key,
  );
  const fault = opened.ok
    ? statementFault({ meter: victim, at, commitment: fieldToBytes(wrong), max_wh_per_slot: 20_000 }, statement, CHAIN)
    : 'not opened';
  return { refusals: fault ? [fault] : [], without: await billedAnyway() };
}

/** Booked as metered, nobody can prove the day; booked as disputed, everybody's bill goes out. */
async function billedAnyway(): Promise<{ succeeds: boolean; how: string }> {
  const metered = day2().bills[0];
  const stuck = await prove('day-bill', { ...metered.signals(), C: String(metered.line.C + 1n) }).then(
    () => false,
    (error) => error instanceof ProverError && error.code === 'unsatisfied',
  );
  const meter = meterOf('consumer');
  const disputed = bookDay(
    plan2('one faulty meter', {
      entries: withEntry('consumer', () => ({ ...copyOfDay1('consumer'), source: 'disputed', rostered: 5n })),
      disputes: [meter],
    }),
  );
  const verdict = await audit(await onItsChain(disputed));
  return {
    succeeds: stuck && verdict.exitCode === 3 && entriesOfDay2().length === disputed.bills.length,
    how:
      `taken for metered no proof of it exists, and the day of all ${disputed.bills.length} meters would stand still; booked as ` +
      `disputed the audit says: ${verdict.status}`,
  };
}

export const sealingAttacks: readonly Attack[] = [
  lifted({
    name: 'box-lifted-to-another-account',
    does: "sends a neighbour's box as its own",
    refusedBy: 'wrong-context',
    sealed: () => of(victim),
  }),
  lifted({
    name: 'box-lifted-to-another-slot',
    does: 'sends its own box of a cheap slot again for a dear one',
    refusedBy: 'wrong-context',
    sealed: () => of(thief, { slot: SLOT }),
    over: { at: SLOT + 1 },
  }),
  lifted({
    name: 'box-lifted-to-another-chain',
    does: 'sends a box that was sealed for another chain',
    refusedBy: 'wrong-context',
    sealed: () => of(thief, { chainId: 'electra-rural-00000000' }),
  }),
  lifted({
    name: 'box-of-another-epoch',
    does: 'names another key epoch than it sealed for',
    refusedBy: 'wrong-epoch',
    sealed: () => of(thief, { keyEpoch: 9 }),
  }),
  {
    name: 'box-with-a-known-secret',
    group,
    by: 'network',
    does: 'makes a box with an ephemeral key of low order, whose secret everybody knows',
    refusedBy: ['low-order'],
    run: lowOrder,
  },
  {
    name: 'one-faulty-meter-stops-everybody',
    group,
    by: 'meter',
    does: 'commits to something else than it seals',
    refusedBy: ['commitment-mismatch'],
    run: faultyMeter,
  },
];
