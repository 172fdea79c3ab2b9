/**
 * Histories that the chain did not have (protocol §7, check 1): signed by too few, by strangers, by validators of the past, or two at once.
 *
 * The forger's history says what it needs: a roster without one meter, and the anchor of a book that leaves that meter out. Book, proofs
 * and state proofs are all right for that history, so only the headers can refuse it.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson, type Json } from '../src/protocol/index.ts';
import { formatVerdict } from '../src/reader/audit/index.ts';
import { accept, acceptAll, type LightBlock, type LightState, startFromGenesis, startFromHeader } from '../src/reader/light/index.ts';
import { entriesOfDay2, type Files, honest, meterOf, onItsChain, plan2 } from '../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../test/kit/attack/forged-day.ts';
import { VALIDATORS } from '../test/kit/audit/chain.ts';
import { lightFile, signedHeader, validators } from '../test/kit/audit/headers.ts';
import { CHAIN_ID } from '../test/kit/audit/readings.ts';
import { signedByNewcomers } from '../test/kit/audit/turn.ts';
import { CHAIN, forge, GENESIS_TIME, hashOfBlock, lacking, named, type Plan, refusal, setOf } from '../test/kit/light/forge.ts';
import type { Attack, Outcome, Player } from './attack.ts';
import { audit, auditAttack, passes, seen } from './audit-attack.ts';

const group = 'headers';
const omitted = () => bookDay(plan2('omitted', { entries: entriesOfDay2().filter(({ values }) => values.meter !== meterOf('consumer')) }));
const historyOf = (count: number): Promise<Files> => onItsChain(omitted(), { signers: VALIDATORS.slice(0, count) });

interface Light {
  header: { height: string; time: string; app_hash: string };
  commit: { block_id: { hash: string } };
}
const firstBlock = (files: Files): Light => (JSON.parse(files.get('light.json')!) as { blocks: Light[] }).blocks[0];

/** The forger's history signed by four keys that no genesis and no header introduced. */
async function byStrangers(): Promise<Files> {
  const files = await onItsChain(omitted());
  const { header } = firstBlock(files);
  const set = validators(4, 'stranger');
  const forged = signedHeader({
    chainId: CHAIN_ID,
    height: Number(header.height),
    time: header.time,
    appHash: Buffer.from(header.app_hash, 'hex'),
    set,
  });
  files.set('light.json', lightFile(CHAIN_ID, [{ ...forged, set }]));
  return files;
}

/** The forger's history, signed by a set of which the operator has enrolled nine of thirteen. */
const byAnEnrolledMajority = async (turnShown: boolean): Promise<Files> => signedByNewcomers(await onItsChain(omitted()), { turnShown });

/** With the turn in it the history passes, for the community let the set become so; and the verdict's first lines say what became of it. */
async function saysWhoSigned(): Promise<{ succeeds: boolean; how: string }> {
  const verdict = await audit(await byAnEnrolledMajority(true));
  const line =
    formatVerdict(verdict)
      .split('\n')
      .find((one) => one.includes('not of genesis')) ?? '';
  const { sets = 0, last = 0, notGenesis = 0 } = verdict.validators ?? {};
  return { succeeds: passes(verdict) && sets === 2 && last === 13 && notGenesis === 9 && line !== '', how: `shown: “${line.trim()}”` };
}

/** The honest bundle with a second header at its height. */
async function twoHistories(): Promise<Files> {
  const [files, other] = [await honest(), await historyOf(3)];
  const light = JSON.parse(files.get('light.json')!) as { blocks: Light[] };
  light.blocks.push(firstBlock(other));
  files.set('light.json', canonicalJson(light as unknown as Json));
  return files;
}

const TRUST_S = 1_209_600;

/** Trusts the forged history's header, `ageS` after it was made. */
async function trusting(ageS: number) {
  const files = await historyOf(4);
  const { header, commit } = firstBlock(files);
  const trustedHeader = {
    height: Number(header.height),
    hash: commit.block_id.hash.toLowerCase(),
    nowUnixS: Math.floor(Date.parse(`${header.time.slice(0, 19)}Z`) / 1000) + ageS,
  };
  return { files, options: { trustedHeader } };
}

// ── The light client alone, where a set of four is too small for the case ────

const genesis = (names: string): LightState =>
  startFromGenesis({ chainId: CHAIN, genesisTime: GENESIS_TIME, validators: setOf(named(names)) });
const known = (plan: Plan): LightState => {
  const block = forge(plan);
  return accept(
    startFromHeader({
      chainId: CHAIN,
      height: plan.height,
      hash: bytesToHex(hashOfBlock(block)),
      trustPeriodS: TRUST_S,
      nowUnixS: Date.parse(GENESIS_TIME) / 1000 + 2000,
    }),
    block,
  );
};

const lightAttack = (
  name: string,
  by: Player,
  does: string,
  refusedBy: string,
  state: () => LightState,
  forged: () => LightBlock[],
  allowed: () => LightBlock[],
  how: string,
): Attack => ({
  name,
  group,
  by,
  does,
  refusedBy: [refusedBy],
  run: async (): Promise<Outcome> => {
    const outcome = (blocks: LightBlock[]) => refusal(() => acceptAll(state(), blocks));
    const [refused, taken] = [outcome(forged()), outcome(allowed())];
    return { refusals: refused === 'accepted' ? [] : [refused], without: { succeeds: taken === 'accepted', how: `${how}: ${taken}` } };
  },
});

const nine = named('abcdefghi');
const [four, five] = [named('abcd'), named('abcde')];
const change = () => forge({ height: 10, set: four, next: five });

export const headerAttacks: readonly Attack[] = [
  auditAttack({
    name: 'history-signed-by-half',
    group,
    by: 'validator',
    does: 'signs another history with 2 of 4 in power',
    refusedBy: ['1 headers'],
    bundle: () => historyOf(2),
    also: async () =>
      seen(
        'signed by 3 of 4',
        historyOf(3).then((files) => audit(files)),
      ),
  }),
  lightAttack(
    'history-signed-by-exactly-two-thirds',
    'validator',
    'signs with exactly two thirds: 6 of 9',
    'insufficient-power',
    () => genesis('abcdefghi'),
    () => [forge({ height: 2, set: nine, votes: lacking('a', 'b', 'c') })],
    () => [forge({ height: 2, set: nine, votes: lacking('a', 'b') })],
    'the same header with one signature more',
  ),
  auditAttack({
    name: 'history-signed-by-strangers',
    group,
    by: 'network',
    does: 'shows a history that a set of its own signed',
    refusedBy: ['1 headers'],
    bundle: byStrangers,
  }),
  auditAttack({
    name: 'change-of-the-set-hidden',
    group,
    by: 'operator',
    does: 'enrols nine validators of its own, has them sign another history, and leaves out the header that shows how they came in',
    refusedBy: ['1 headers'],
    bundle: () => byAnEnrolledMajority(false),
    also: saysWhoSigned,
  }),
  lightAttack(
    'jump-over-a-set-change',
    'network',
    'leaves out the header that announced the set',
    'unknown-validators',
    () => genesis('abcd'),
    () => [forge({ height: 30, set: five })],
    () => [change(), forge({ height: 30, set: five })],
    'with that header',
  ),
  lightAttack(
    'signed-by-the-replaced-set',
    'validator',
    'signs with the keys of a set that was replaced',
    'unknown-validators',
    () => genesis('abcd'),
    () => [change(), forge({ height: 30, set: four })],
    () => [forge({ height: 30, set: four })],
    'where no header says that the set was replaced',
  ),
  lightAttack(
    'jump-from-a-trusted-header',
    'network',
    'skips to a set of which exactly a third is known',
    'insufficient-trust',
    () => known({ height: 100, set: named('abcdef') }),
    () => [forge({ height: 150, set: named('efwx') })],
    () => [forge({ height: 150, set: named('defwx') })],
    'with one known validator more',
  ),
  {
    ...auditAttack({
      name: 'trusted-header-expired',
      group,
      by: 'validator',
      does: 'signs another history with keys that were sold since, and lets a reader start from an old header',
      refusedBy: ['1 headers'],
      bundle: async () => (await trusting(TRUST_S)).files,
    }),
    run: async (): Promise<Outcome> => {
      const [old, fresh] = [await trusting(TRUST_S), await trusting(TRUST_S - 600)];
      return auditAttack({
        name: '',
        group,
        by: 'validator',
        does: '',
        refusedBy: ['1 headers'],
        bundle: async () => old.files,
        options: () => old.options,
        also: async () => seen('inside the trust period', audit(fresh.files, fresh.options)),
      }).run();
    },
  },
  auditAttack({
    name: 'two-headers-at-one-height',
    group,
    by: 'validator',
    does: 'signs two histories and shows both',
    refusedBy: ['1 headers'],
    bundle: twoHistories,
    also: async () =>
      seen(
        'either alone',
        honest().then((files) => audit(files)),
      ),
  }),
];
