/**
 * Makes sdk/vectors/geneses.json: geneses that are read by the chain and by TypeScript, and must get the same answer from both.
 * `node scripts/run.mjs test/kit/geneses.ts`. Two whole geneses, a fresh one and one of a continued chain; then changes of them, each with
 * the field that is refused, or with what about it production would not have.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { toBase64 } from '@cosmjs/encoding';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { readUnsignedAny, verificationKeysJson } from '../../src/protocol/genesis/index.ts';
import {
  accountOfPublicKey,
  accountText,
  canonicalJson,
  compareAddresses,
  DAY_S,
  encodeRoster,
  perCircuit,
  rosterDigest,
} from '../../src/protocol/index.ts';
import { nodeKeyDigest } from '../../src/protocol/meter/operator-signature.ts';
import type { Shape } from '../../src/protocol/values/shape.ts';
import { keyBytes } from './development-keys.ts';
import { base64, consensusKey, FIRST_DAY, genesisAddress, genesisJson, genesisMeter } from './genesis.ts';
import { CASES } from './genesis-cases.ts';
import { changed, type GenesisCase } from './genesis-changes.ts';
import { SHARED, SHARED_PAST_TIME, sharedPast, sharedState } from './genesis-shared.ts';
import type { Untyped } from './untyped.ts';

const START_UNIX_S = 1_782_896_400;
const OPERATOR_KEY = createHash('sha256').update('the operator of the geneses').digest();
const operator = accountText(accountOfPublicKey(secp256k1.getPublicKey(OPERATOR_KEY, true)));

/** Sound points that nobody proves anything with: those of the development keys, but for alpha. */
const ownKeys = () =>
  perCircuit((circuit) => {
    const key = keyBytes()[circuit];
    return { ...key, alpha: key.ic.slice(0, 64) };
  });

const meters = () => [genesisMeter(1), genesisMeter(2), genesisMeter(3, { consensus_key: null }), genesisMeter(4)];

function fresh(): Shape {
  const doc = genesisJson((state) =>
    Object.assign(state, {
      operator,
      meters: meters(),
      verification_keys: verificationKeysJson(ownKeys()),
      node_keys: [{ epoch: 1, key: X25519_BASE, height: '0', effective_unix_s: '0', signature: null }],
    }),
  );
  return signed(doc);
}

/** The operator's signature on the sealing key of a genesis. */
function signatureOf(doc: Untyped): string {
  const { chainId, hash, nodeKeys } = readUnsignedAny(doc);
  const digest = nodeKeyDigest({ chainId, genesisHash: Buffer.from(hash, 'hex') }, 1, nodeKeys[0].key);
  return toBase64(secp256k1.sign(digest, OPERATOR_KEY, { prehash: false, lowS: true }));
}

function signed(doc: Untyped): Shape {
  doc.app_state.meter.node_keys[0].signature = signatureOf(doc);
  return doc as Shape;
}

const X25519_BASE = Buffer.from(Uint8Array.of(9, ...new Uint8Array(31))).toString('base64');

/** A day's roster: who has committed, by the meter's number. */
function roster(day: number, late: boolean, committed: Record<number, boolean>) {
  const entries = Object.entries(committed).map(([n, is]) => ({ meter: genesisAddress(Number(n)), commitment: is ? BigInt(n) : null }));
  const encoded = encodeRoster({ day, meters: entries.sort((a, b) => compareAddresses(a.meter, b.meter)) });
  return {
    day,
    late,
    digest: Buffer.from(rosterDigest(encoded), 'hex').toString('base64'),
    encoded: toBase64(encoded),
    height: '899',
    unix_s: String((FIRST_DAY + 3) * DAY_S + 5),
  };
}

/** Three frozen days, two of them late-frozen too: the third meter has retired on the second day without a last statement. */
function continued(): Shape {
  const [one, two, three, four] = [1, 2, 3, 4].map(genesisAddress);
  const [first, second, third] = [FIRST_DAY, FIRST_DAY + 1, FIRST_DAY + 2];
  const endUnixS = (FIRST_DAY + 4) * DAY_S + 100;
  const field = Buffer.alloc(32, 0).fill(5, 31).toString('base64');
  const line = (kind: number, day: number, more: object) => ({ kind, day, version: 0, meter: '', ...more });
  const list = meters();
  const served = [{ service_day: first }, { service_day: first }, { service_day: first, last_day: second }, {}];
  const doc = genesisJson(
    (state: Untyped) =>
      Object.assign(state, {
        clock: { start_unix_s: String(START_UNIX_S), rate: '1', genesis_unix_s: String(START_UNIX_S) },
        operator,
        verification_keys: verificationKeysJson(ownKeys()),
        meters: list.map((meter, i) => ({ ...meter, ...served[i] })),
        node_keys: [{ epoch: 1, key: X25519_BASE, height: '3', effective_unix_s: String(START_UNIX_S), signature: null }],
        commitments: [
          { meter: one, day: third, commitment: field, height: '900' },
          { meter: two, day: third, commitment: field, height: '900' },
          { meter: one, day: third + 1, commitment: field, height: '901' },
        ],
        disputes: [{ meter: one, day: third, reason: 'r', height: '901' }],
        anchors: [
          { day: first, version: 1, book_hash: base64(3), height: '902', unix_s: String(endUnixS - 9), totals: field },
          { day: second, version: 1, book_hash: base64(4), height: '903', unix_s: String(endUnixS - 8), totals: field },
          { day: second, version: 2, book_hash: base64(5), height: '904', unix_s: String(endUnixS - 7), totals: null },
        ],
        no_bills: [{ meter: one, day: first, height: '903' }],
        withdrawn_no_bills: [{ meter: two, day: first, version: 1 }],
        rosters: [
          roster(first, false, { 1: true, 2: true, 3: true }),
          roster(first, true, { 1: true, 2: true, 3: true }),
          roster(second, false, { 1: true, 2: false, 3: false }),
          roster(second, true, { 1: true, 2: true, 3: false }),
          roster(third, false, { 1: true, 2: true }),
        ],
        reports: [{ meter: one, slot: third * 96 }],
        validator_changes: [
          {
            meter: two,
            consensus_key: consensusKey(2),
            power: '0',
            due_unix_s: String(endUnixS + 9),
            asked: true,
            vetoed_by: [],
            height: '7',
          },
          {
            meter: four,
            consensus_key: consensusKey(4),
            power: '1',
            due_unix_s: String(endUnixS),
            asked: false,
            vetoed_by: [one],
            height: '8',
          },
        ],
        applied_changes: [{ unix_s: String(START_UNIX_S), touched: '1', power: '3' }],
        day_starts: [{ day: third + 1, height: '905', unix_s: String((third + 2) * DAY_S) }],
        next_freeze_day: third + 1,
        next_late_day: third,
        last_unix_s: String(endUnixS),
        log: [
          line(1, third, { meter: one }),
          line(3, second, {}),
          line(4, second, { meter: three }),
          line(5, second, { meter: three }),
          line(2, second, { version: 2 }),
          line(6, first, { meter: one }),
          line(6, first, { meter: two }),
          line(7, first, { meter: two }),
        ],
        used_keys: [{ meter: three, consensus_key: consensusKey(9) }],
        final_readings: [{ meter: three, day: second, link: field, height: '904', unix_s: String(endUnixS - 6), objected_height: '905' }],
        rotations: [{ n: 1, address: operator, signature: base64(2, 64), height: '5', unix_s: String(START_UNIX_S + 60), vetoed_by: [] }],
        queued_rotations: [
          { n: 2, address: genesisAddress(97), signature: base64(2, 64), height: '6', unix_s: String(endUnixS + 60), vetoed_by: [one] },
        ],
        slot_prices: [0, 1].map((i) => ({
          slot: (third + 2) * 96 + i,
          retail_nel_per_wh: '100000',
          feed_in_nel_per_wh: '-20000',
          height: '904',
          unix_s: String(endUnixS - 4000),
        })),
        operator_votes: [{ meter: one, n: 2, address: genesisAddress(97) }],
      }),
    { genesis_time: `${new Date((endUnixS + 3600) * 1000).toISOString().slice(0, 19)}Z`, initial_height: '906' },
  );
  return signed(doc);
}

const sealing = (more: object) => [{ ...{ epoch: 1, key: X25519_BASE, height: '0', effective_unix_s: '0', signature: null }, ...more }];

/** Those of a chain of communities. */
const shared = (): Shape =>
  signed(genesisJson((state: Untyped) => Object.assign(state, { operator, ...sharedState(), node_keys: sealing({}) })));

const sharedContinued = (): Shape =>
  signed(
    genesisJson(
      (state: Untyped) =>
        Object.assign(state, {
          operator,
          ...sharedPast(roster, START_UNIX_S),
          node_keys: sealing({ height: '3', effective_unix_s: String(START_UNIX_S) }),
        }),
      { genesis_time: SHARED_PAST_TIME, initial_height: '906' },
    ),
  );

const ABOUT = [
  'Geneses and their answers, the same of the chain (chain/app/geneses_test.go) and of TypeScript (src/protocol/genesis).',
  "at: path below the document; value absent: taken away. text: replaced in the document's text, which is canonical.",
  "field: what is refused, of x/meter's state unless it begins with ^; absent: nothing. points: seen by whoever tests points.",
  'departures: what production would not have.',
].join(' ');

const DOCUMENTS = { fresh: fresh(), continued: continued(), shared: shared(), sharedPast: sharedContinued() };

/** A sound change is of another genesis, which the operator signs; so is one whose fault only those see who test points. */
function signedAnew(one: GenesisCase): GenesisCase {
  if ((one.field !== undefined && !one.points) || one.set === undefined) return one;
  const at = ['app_state', 'meter', 'node_keys', 0, 'signature'];
  return { ...one, set: [...one.set, { at, value: signatureOf(changed(DOCUMENTS[one.of], one)) }] };
}

const rows = (cases: readonly GenesisCase[]) => cases.map((one) => `    ${JSON.stringify(one)}`).join(',\n');

writeFileSync(
  new URL('../../sdk/vectors/geneses.json', import.meta.url),
  `{
  "about": ${JSON.stringify(ABOUT)},
  "fresh": ${canonicalJson(DOCUMENTS.fresh)},
  "continued": ${canonicalJson(DOCUMENTS.continued)},
  "shared": ${canonicalJson(DOCUMENTS.shared)},
  "sharedPast": ${canonicalJson(DOCUMENTS.sharedPast)},
  "cases": [
${rows([...CASES, ...SHARED].map(signedAnew))}
  ]
}
`,
);
