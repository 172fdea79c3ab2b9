/** A community and the main chain on which it shares, each audited beside the other's bundle: `--community`, `--main`. */
import { describe, expect, test } from 'vitest';
import { auditedBefore, filesOf as ruralFiles } from '../../../../test/kit/audit/bundles.ts';
import { withChain } from '../../../../test/kit/audit/chain.ts';
import { lightFile } from '../../../../test/kit/audit/headers.ts';
import { CHAIN_ID } from '../../../../test/kit/audit/readings.ts';
import { EVERY_PROOF, linesOf, namesOf } from '../../../../test/kit/audit/verdicts.ts';
import {
  genesisHash,
  mainSharing,
  mainWith,
  OTHER,
  rural,
  ruralFirst,
  ruralSecond,
  secondHistory,
} from '../../../../test/kit/main-audit/beside-community.ts';
import { filesOf, modulesOf, onMain, WEEK } from '../../../../test/kit/main-audit/bundles.ts';
import { MAIN_CHAIN_ID, UPLINKS } from '../../../../test/kit/main-audit/genesis.ts';
import type { Modules } from '../../../../test/kit/main-audit/modules.ts';
import { headerHash } from '../../../protocol/comet/index.ts';
import { bookHash, dateToDay } from '../../../protocol/index.ts';
import type { ProvenState } from '../../light/index.ts';
import { auditBundle } from '../audit.ts';
import { auditFiles } from '../audit-path.ts';
import { auditMain } from './audit.ts';
import { communityChecks } from './community-checks.ts';

const DAY = WEEK.slice(0, 1);
const detailsOf = (...of: Parameters<typeof linesOf>): string[] => linesOf(...of).map(({ detail }) => detail);

describe('a community beside its main chain', () => {
  test('passes where the main chain was shown the same', async () => {
    const verdict = await auditFiles(ruralFirst(), { ...EVERY_PROOF, main: await mainSharing() });
    expect(verdict.exitCode).toBe(0);
    expect(detailsOf(verdict, '1 main', 'passed')).toEqual([expect.stringMatching(/ 1 headers, and the books of 2026-07-01$/)]);
  });

  test('names the days that were compared and those that were not', async () => {
    const verdict = await auditFiles(rural(), { ...EVERY_PROOF, main: await mainSharing() });
    expect(verdict.exitCode).toBe(0);
    const days = "the books of 2026-07-01; not compared: 2026-07-02 of the community's bundle alone";
    expect(detailsOf(verdict, '1 main', 'passed')).toEqual([expect.stringContaining(days)]);
  });

  test('is open beside a bundle of other days, and names the days of both', async () => {
    const files = ruralSecond();
    const options = { ...EVERY_PROOF, auditedBooks: auditedBefore(files) };
    expect((await auditFiles(files, options)).exitCode).toBe(0);
    const verdict = await auditFiles(files, { ...options, main: await mainSharing() });
    expect([namesOf(verdict, 'open'), verdict.exitCode, linesOf(verdict, '1 main', 'passed')]).toEqual([['1 main'], 3, []]);
    const days = 'is audited for 2026-07-02, that of electra-main-5eed0001 is of 2026-07-01 and shows its books of 2026-07-01';
    expect(detailsOf(verdict, '1 main', 'open')).toEqual([expect.stringContaining(days)]);
  });

  test('is open beside a chain on which it is registered and shared nothing', async () => {
    const files = rural();
    const verdict = await auditFiles(files, { ...EVERY_PROOF, main: await mainWith(files.get('light.json')!) });
    expect([namesOf(verdict, 'open'), verdict.exitCode]).toEqual([['1 main'], 3]);
    expect(detailsOf(verdict, '1 main', 'open')).toEqual([expect.stringContaining('shows its books of no day')]);
  });

  test('passes from a header of its own that the reader trusts, which is none of the main chain', async () => {
    const files = rural();
    const [{ header }] = JSON.parse(files.get('light.json')!).blocks;
    const trustedHeader = {
      ...{ height: Number(header.height), hash: Buffer.from(headerHash(header)).toString('hex') },
      nowUnixS: Math.floor(Date.parse(header.time) / 1000) + 60,
    };
    const options = { ...EVERY_PROOF, trustedHeader, genesisHash: genesisHash() };
    const verdict = await auditFiles(files, { ...options, main: await mainSharing() });
    expect([namesOf(verdict), verdict.exitCode]).toEqual([[], 0]);
    expect(verdict.notes.join()).toContain('from the trusted header');
  });

  test('fails where it was shown another history, and the evidence is in the verdict', async () => {
    const verdict = await auditFiles(rural(), { ...EVERY_PROOF, main: await mainWith(secondHistory()) });
    expect([namesOf(verdict), verdict.exitCode, verdict.resume]).toEqual([['1 main'], 1, null]);
    const [block] = JSON.parse(rural().get('light.json')!).blocks;
    expect(verdict.evidence?.hashes[0]).toBe(Buffer.from(headerHash(block.header)).toString('hex'));
    expect(verdict.evidence?.doubleSigners).toHaveLength(4);
  });

  test('fails where the main chain keeps a header of another history, though it shows none', async () => {
    const [{ header }] = JSON.parse(rural().get('light.json')!).blocks;
    const keeping = (hash: Buffer) => (modules: Modules) =>
      modules.kept.push({ ...modules.kept[0], uplink: OTHER, height: BigInt(header.height), hash: Uint8Array.from(hash) });
    const shownNothing = lightFile(CHAIN_ID, []);
    const verdict = async (hash: Buffer) =>
      auditFiles(rural(), { ...EVERY_PROOF, main: await mainWith(shownNothing, genesisHash(), keeping(hash)) });
    expect(namesOf(await verdict(Buffer.from(headerHash(header))))).toEqual([]);
    expect(namesOf(await verdict(Buffer.alloc(32, 7)))).toEqual(['1 main']);
  });

  test('fails where another genesis was registered, or none of its name', async () => {
    const light = rural().get('light.json')!;
    const other = await auditFiles(rural(), { ...EVERY_PROOF, main: await mainWith(light, 'ab'.repeat(32)) });
    const none = await auditFiles(rural(), { ...EVERY_PROOF, main: onMain(await filesOf(DAY), modulesOf(DAY)) });
    expect([namesOf(other), namesOf(none)]).toEqual([['1 main'], ['1 main']]);
  });

  test('takes no bundle of a community, and a main chain none of its own', async () => {
    const broken = await auditFiles(rural(), { ...EVERY_PROOF, main: rural() });
    expect(broken.exitCode).toBeGreaterThan(0);
    const main = await mainWith(rural().get('light.json')!);
    expect((await auditFiles(main, { ...EVERY_PROOF, main })).exitCode).toBe(2);
    expect((await auditFiles(rural(), { ...EVERY_PROOF, communities: [rural()] })).exitCode).toBe(2);
  });
});

/** Of a day alone a main chain's own audit leaves one matter open: its week. */
const CUT_WEEK = ['12 sums'];

describe('a main chain beside the bundle of a community', () => {
  test('audits it too, and passes where its books are those that were shown', async () => {
    const verdict = await auditMain(await mainSharing(), { ...EVERY_PROOF, communities: [ruralFirst()] });
    expect(namesOf(verdict, 'open')).toEqual(CUT_WEEK);
    const said = `${CHAIN_ID} audited by its own bundle, which has the books that its chain showed here: 2026-07-01`;
    expect(detailsOf(verdict, '11 community', 'passed')).toEqual([said]);
  });

  test('names the days that were compared and those that were not', async () => {
    const verdict = await auditMain(await mainSharing(), { ...EVERY_PROOF, communities: [rural()] });
    expect(namesOf(verdict, 'open')).toEqual(CUT_WEEK);
    const days = ": 2026-07-01; not compared: 2026-07-02 of the community's bundle alone";
    expect(detailsOf(verdict, '11 community', 'passed')).toEqual([expect.stringContaining(days)]);
  });

  test('is open beside one of other days, and names the days of both', async () => {
    const files = ruralSecond();
    const options = { ...EVERY_PROOF, auditedBooks: auditedBefore(files), communities: [files] };
    const verdict = await auditMain(await mainSharing(), options);
    expect([namesOf(verdict, 'open'), verdict.exitCode, linesOf(verdict, '11 community', 'passed')]).toEqual([
      ['11 community', ...CUT_WEEK],
      3,
      [],
    ]);
    const days = 'is audited for 2026-07-02, that of electra-main-5eed0001 is of 2026-07-01 and shows its books of 2026-07-01';
    expect(detailsOf(verdict, '11 community', 'open')).toEqual([expect.stringContaining(days)]);
  });

  test('fails with it', async () => {
    const main = await mainWith(rural().get('light.json')!);
    const verdict = await auditMain(main, { ...EVERY_PROOF, communities: [withChain(ruralFiles('raised'))] });
    expect([namesOf(verdict), verdict.exitCode]).toEqual([['11 community'], 1]);
  });

  test('fails where its chain showed another book', async () => {
    const files = rural();
    const date = '2026-07-02';
    const register = {
      communities: [{ uplink: UPLINKS[0], chainId: CHAIN_ID, genesisHash: Uint8Array.from(Buffer.from(genesisHash(), 'hex')) }],
    };
    const shown = (hash: string) =>
      new Map([[`${dateToDay(date)}/${UPLINKS[0]}`, { day: dateToDay(date), bookHash: hash } as ProvenState]]);
    const own = bookHash(files.get(`days/${date}/book.json`)!);
    const main = (hash: string) => ({ chainId: MAIN_CHAIN_ID, dates: [date], proven: shown(hash) });
    const lines = async (hash: string) =>
      (await communityChecks(files, register as never, main(hash), EVERY_PROOF)).map(({ status }) => status);
    expect([await lines(own), await lines('00'.repeat(32))]).toEqual([['passed'], ['failed']]);
    expect((await auditBundle(files, EVERY_PROOF)).exitCode).toBe(0);
  });
});
