/** What the C SDK's self-test at boot must find (sdk/c/src/selftest.c), computed by the TypeScript SDK from the same fixed input. */
import { readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as sdk from '../../sdk/ts/src/index.ts';

const pattern = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => first + i);

export async function selfTestAnswers(): Promise<{ SELF_COMMITMENT: Uint8Array; SELF_STATEMENT: Uint8Array; SELF_TX: Uint8Array }> {
  const [chainId, secret, nodeKey, keyEpoch] = [
    'electra-self-00000000',
    pattern(1),
    Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0)),
    3,
  ];
  const signer = sdk.keySigner(secret);
  const origin = { chainId, meter: signer.address, keyEpoch };
  const series = (value: (i: number) => number) => Array.from({ length: 96 }, (_, i) => value(i));
  const values = {
    day: 20_635,
    importStartWh: 29_172_000n,
    exportStartWh: 41n,
    importWh: series((i) => i * 10_000),
    exportWh: series((i) => 950_000 - i * 9_999),
    flags: 0x0102,
  };
  const unblinded = sdk.encodeStatement({ ...values, blinding: new Uint8Array(31) }, { ...origin, keyEpoch: 0 });
  const statement = { ...values, blinding: sdk.drawBlinding({ secret, plaintext: unblinded, random: pattern(0x40) }) };
  const commitment = sdk.commitDay({ ...statement, gridId: sdk.gridId(chainId), meterTag: sdk.meterTag(signer.address) });
  const seal = (plaintext: Uint8Array, random: Uint8Array) =>
    sdk.sealBox(plaintext, nodeKey, sdk.drawEphemeralSecret({ secret, plaintext, random }));
  const report = { slot: 1_981_055, importRegisterWh: 29_172_000n, exportRegisterWh: 41n, powerW: -2444, flags: 0x0102 };
  const value = sdk.MsgReport.encode({
    meter: signer.address,
    slot: report.slot,
    keyEpoch,
    sealed: seal(sdk.encodeReport(report, origin), pattern(0x60)),
  }).finish();
  const tx = await sdk.signTx(
    { messages: [{ typeUrl: sdk.REPORT_TYPE_URL, value }], chainId, accountNumber: 7n, sequence: 1n, timeoutHeight: 1234n },
    signer,
  );
  return {
    SELF_COMMITMENT: sdk.fieldToBytes(commitment),
    SELF_STATEMENT: sha256(seal(sdk.encodeStatement(statement, origin), pattern(0x40))),
    SELF_TX: hexToBytes(tx.hash),
  };
}

/** As they stand in the C source. */
export function cLines(name: string, bytes: Uint8Array): string {
  const row = (from: number) => [...bytes.subarray(from, from + 16)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ');
  return `static const uint8_t ${name}[32] = {\n    ${row(0)},\n    ${row(16)}};`;
}

if (import.meta.main) {
  const source = readFileSync(new URL('../../sdk/c/src/selftest.c', import.meta.url), 'utf8');
  const lines = Object.entries(await selfTestAnswers()).map(([name, bytes]) => cLines(name, bytes));
  if (!process.argv.includes('--check')) console.log(lines.join('\n'));
  else if (!source.includes(lines.join('\n'))) throw new Error('sdk/c/src/selftest.c expects other answers');
}
