/**
 * Writes the known answers that every implementation of the meter side reads: node sdk/vectors/generate.ts
 *
 * Inputs are fixed (bytes named by a label are its SHA-256), so the files come out the same each time; a test compares. Bytes are lower-case hex,
 * registers decimal strings, everything else numbers. `protocol-v1.json` is older and by another hand: these files must agree with it.
 */
import { writeFileSync } from 'node:fs';
import { bytesToHex as hex } from '@noble/hashes/utils.js';
import { reportJson, statementJson } from '../../src/protocol/meter/json.ts';
import * as sdk from '../ts/src/index.ts';
import { address, bytesOf, CHAIN_ID, ORIGINS, REPORTS, STATEMENTS } from './inputs.ts';
import { operatorSignatures } from './operator.ts';
import { boxRefusals, LOW_ORDER_KEYS, plaintextRefusals } from './refusals.ts';
import { registerCases } from './registers.ts';
import { verificationKeys } from './verification-keys.ts';

const meterOf = (origin: (typeof ORIGINS)[number]) => ({ chainId: origin.chainId, meter: hex(origin.meter), keyEpoch: origin.keyEpoch });
function encodings() {
  return {
    about: 'Protocol section 3: exact plaintexts. meter: the 20 address bytes. Registers are decimal strings.',
    reports: ORIGINS.flatMap((origin) =>
      REPORTS.map((report) => ({ ...meterOf(origin), report: reportJson(report), plaintext: hex(sdk.encodeReport(report, origin)) })),
    ),
    statements: ORIGINS.flatMap((origin) =>
      STATEMENTS.map((statement) => ({
        ...meterOf(origin),
        statement: statementJson(statement),
        plaintext: hex(sdk.encodeStatement(statement, origin)),
      })),
    ),
  };
}

function contexts() {
  const cases = ORIGINS.flatMap((origin) =>
    ([sdk.KIND_REPORT, sdk.KIND_STATEMENT] as const).flatMap((kind) =>
      [0, 1, 20_635, 0x01020304, 0xffff_ffff].map((at) => ({
        kind,
        ...meterOf(origin),
        at,
        context: hex(sdk.sealContext(kind, { ...origin, at })),
      })),
    ),
  );
  return {
    about:
      'Protocol section 3: SHA-256("electra/seal/v1" || kind u8 || chain id || 00 || meter(20) || slot-or-day u32 || keyEpoch u32), integers little-endian.',
    cases,
  };
}

function hedges() {
  const secrets = [bytesOf('device secret'), new Uint8Array(32).fill(0xff)];
  const randoms = [bytesOf('random'), new Uint8Array(32)];
  const plaintexts = [
    sdk.encodeReport(REPORTS[0], ORIGINS[0]),
    sdk.encodeStatement(STATEMENTS[0], ORIGINS[0]),
    sdk.encodeStatement({ ...STATEMENTS[0], blinding: new Uint8Array(31) }, ORIGINS[0]),
  ];
  const cases = (['blinding', 'ephemeral'] as const).flatMap((label) =>
    secrets.flatMap((secret) =>
      randoms.flatMap((random) =>
        plaintexts.map((plaintext) => ({
          label,
          secret: hex(secret),
          random: hex(random),
          plaintext: hex(plaintext),
          hedge: hex(sdk.hedge({ label, secret, plaintext, random })),
        })),
      ),
    ),
  );
  return {
    about:
      'Protocol section 3, hedged randomness. The body is hashed with its blinding zeroed, so the last two plaintexts of each group agree. A blinding is the first 31 bytes.',
    cases,
  };
}

function commitments() {
  const meters = [address('meter a'), address('meter b'), new Uint8Array(20).fill(0xff)];
  const cases = meters.flatMap((meter) =>
    STATEMENTS.map((statement) => {
      const [gridId, meterTag] = [sdk.gridId(CHAIN_ID), sdk.bigEndian(meter)];
      return {
        chainId: CHAIN_ID,
        meter: hex(meter),
        statement: statementJson(statement),
        gridId: String(gridId),
        meterTag: String(meterTag),
        meterDay: String(sdk.meterDay(gridId, meterTag, statement.day)),
        registers: String(sdk.packRegisters(statement.importStartWh, statement.exportStartWh)),
        root: String(sdk.readingsRoot(statement.importWh, statement.exportWh)),
        commitment: hex(sdk.fieldToBytes(sdk.commitDay({ ...statement, gridId, meterTag }))),
      };
    }),
  );
  return {
    about: 'Protocol section 4. commitment: 32 bytes big-endian as in MsgCloseDay; the other field elements are decimal strings.',
    cases,
  };
}

function sealed() {
  const nodeSecret = bytesOf('node secret');
  const nodeKey = sdk.boxPublicKey(nodeSecret);
  const plaintexts = [
    ...REPORTS.map((report) => sdk.encodeReport(report, ORIGINS[0])),
    ...STATEMENTS.map((statement) => sdk.encodeStatement(statement, ORIGINS[0])),
  ];
  const cases = plaintexts.map((plaintext, i) => {
    const ephemeralSecret = i === 0 ? new Uint8Array(32).fill(0xff) : bytesOf(`ephemeral ${i}`); // the first one shows that secrets are clamped
    return {
      plaintext: hex(plaintext),
      ephemeralSecret: hex(ephemeralSecret),
      ephemeralKey: hex(sdk.boxPublicKey(ephemeralSecret)),
      sealed: hex(sdk.sealBox(plaintext, nodeKey, ephemeralSecret)),
    };
  });
  return { about: 'libsodium crypto_box_seal with a given ephemeral secret.', nodeSecret: hex(nodeSecret), nodeKey: hex(nodeKey), cases };
}

async function transactions() {
  const cases = [];
  for (const [i, { accountNumber, sequence, timeoutHeight, memo }] of [
    { accountNumber: 0n, sequence: 0n, timeoutHeight: 0n, memo: '' },
    { accountNumber: 7n, sequence: 1n, timeoutHeight: 1234n, memo: '' },
    { accountNumber: 300n, sequence: 70_000n, timeoutHeight: 2_000_000n, memo: 'memo' },
  ].entries()) {
    const secretKey = bytesOf(`signing key ${i}`);
    const signer = sdk.keySigner(secretKey);
    const origin = { ...ORIGINS[0], meter: sdk.accountBytes(signer.address) };
    const nodeKey = sdk.boxPublicKey(bytesOf('node secret'));
    const report = sdk.MsgReport.encode({
      meter: signer.address,
      slot: REPORTS[i].slot,
      keyEpoch: 3,
      sealed: sdk.sealBox(sdk.encodeReport(REPORTS[i], origin), nodeKey, bytesOf(`tx ephemeral ${i}`)),
    }).finish();
    const statement = STATEMENTS[i];
    const commitment = sdk.fieldToBytes(
      sdk.commitDay({ ...statement, gridId: sdk.gridId(CHAIN_ID), meterTag: sdk.meterTag(signer.address) }),
    );
    const closeDay = sdk.MsgCloseDay.encode({
      meter: signer.address,
      day: statement.day,
      keyEpoch: 3,
      commitment,
      sealed: sdk.sealBox(sdk.encodeStatement(statement, origin), nodeKey, bytesOf(`tx ephemeral s${i}`)),
      evidence: new Uint8Array(0),
      netProof: new Uint8Array(0),
    }).finish();
    const all = [
      { typeUrl: sdk.CLOSE_DAY_TYPE_URL, value: closeDay },
      { typeUrl: sdk.REPORT_TYPE_URL, value: report },
    ];
    const messages = i === 0 ? all.slice(1) : all;
    const tx = await sdk.signTx({ messages, chainId: CHAIN_ID, accountNumber, sequence, timeoutHeight, memo }, signer);
    cases.push({
      secretKey: hex(secretKey),
      publicKey: hex(signer.publicKey),
      address: signer.address,
      chainId: CHAIN_ID,
      accountNumber: String(accountNumber),
      sequence: String(sequence),
      timeoutHeight: String(timeoutHeight),
      memo,
      gasLimit: String(sdk.GAS_LIMIT),
      messages: messages.map(({ typeUrl, value }) => ({ typeUrl, value: hex(value) })),
      tx: hex(tx.bytes),
      hash: tx.hash,
    });
  }
  return { about: 'SIGN_MODE_DIRECT over secp256k1, RFC 6979, low s, no fee. tx: the TxRaw that is broadcast; hash: its SHA-256.', cases };
}

/** Every file's name and content. */
export async function vectors(): Promise<Record<string, string>> {
  const refusals = {
    about:
      'What decoders and boxes refuse, with code and field; nodeKeys are of low order and must not be sealed to. Decoding is against the carrier: chain id, meter, slot or day (at), key epoch of the message.',
    plaintexts: plaintextRefusals(),
    boxes: boxRefusals(),
    nodeKeys: LOW_ORDER_KEYS,
  };
  const files = {
    encodings: encodings(),
    contexts: contexts(),
    hedge: hedges(),
    commitments: commitments(),
    sealed: sealed(),
    transactions: await transactions(),
    refusals,
    registers: {
      about:
        'Registers of a journal, reading by reading: what each must come to. A fall below the nearest known, or more than maxWhPerSlot lets through in the slots between, is refused, also over a gap.',
      cases: registerCases(),
    },
    'verification-keys': verificationKeys(),
    operator: await operatorSignatures(),
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${name}.json`, `${layout(content)}\n`]));
}

/** One case a line: files that a diff can show. */
function layout(content: object): string {
  const fields = Object.entries(content).map(
    ([key, value]) =>
      `  ${JSON.stringify(key)}: ${Array.isArray(value) ? `[\n${value.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]` : JSON.stringify(value)}`,
  );
  return `{\n${fields.join(',\n')}\n}`;
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(await vectors())) writeFileSync(new URL(name, import.meta.url), content);
}
