/**
 * What the main chain's modules hold, as the chain itself proves it (chain/mainapp/state_vectors_test.go): it is what the genesis says that
 * the chain began from, and no changed proof is taken.
 */
import { readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { MAIN_RANGES, type MainStore, parseMainFile } from '../../../protocol/bundle/main-file.ts';
import { readSharedGenesis } from '../../../protocol/genesis/index.ts';
import { canonicalJson, type Json } from '../../../protocol/values/canonical.ts';
import { readMainState } from './state.ts';

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../../../sdk/vectors/${name}.json`, import.meta.url), 'utf8'));
const { appHash, file } = vectors('main-state') as { appHash: string; file: Json };
const genesis = readSharedGenesis(vectors('main-genesis').geneses.find(({ name }: { name: string }) => name === 'lived').document);
const root = hexToBytes(appHash);
const parsed = () => parseMainFile(canonicalJson(file));

test('accounts, money, roles and redemptions are those of the genesis', () => {
  const { bank, electra } = readMainState(parsed(), root);
  const began = genesis.main!;
  expect(bank.supplyNel).toBe(began.bank.supplyNel);
  expect(new Map([...bank.balancesNel].sort())).toEqual(new Map(began.bank.balances.map((b) => [b.address, b.amountNel] as const).sort()));
  expect(electra).toMatchObject({
    accounts: began.electra.accounts,
    attestations: began.electra.attestations,
    redemptions: began.electra.redemptions,
    frozen: began.electra.frozen,
    roleChanges: began.electra.roleChanges,
    mintedNel: began.electra.mintedNel,
    confirmedNel: began.electra.confirmedNel,
    isPaused: true,
  });
  expect([...electra.roles].sort()).toEqual(began.electra.roles.map(({ role, address }) => [role, address]).sort());
});

test('communities, headers, what waits, and who has what in escrow are those of the genesis', () => {
  const { register, settlement } = readMainState(parsed(), root);
  const began = genesis.main!;
  expect(register).toMatchObject({
    communities: began.register.communities,
    kept: began.register.kept,
    pending: began.register.pending,
    isDevelopment: false,
  });
  expect([...register.keyIds]).toEqual(began.register.communityKeys.map(({ circuit, id }) => [circuit, id]));
  expect(settlement.escrowsNel).toEqual(new Map(began.settlement.escrows.map(({ uplink, amountNel }) => [uplink, amountNel])));
  expect([settlement.fundNel, settlement.firstDay, settlement.nextDay]).toEqual([3n, 20_630, 20_630]);
});

test.each(
  Object.entries(MAIN_RANGES).flatMap(([store, ranges]) => Object.keys(ranges).map((range) => [store as MainStore, range] as const)),
)('of %s, %s: a proof left out, or with a bit changed, is refused', (store, range) => {
  const less = structuredClone(file) as { stores: Record<string, { ranges: Record<string, string[]> }> };
  less.stores[store].ranges[range].pop();
  expect(() => readMainState(parseMainFile(canonicalJson(less as unknown as Json)), root)).toThrow();
  const bent = structuredClone(file) as typeof less;
  const proofs = bent.stores[store].ranges[range];
  const bytes = Buffer.from(proofs[0], 'base64');
  bytes[bytes.length >> 1] ^= 1;
  proofs[0] = bytes.toString('base64');
  expect(() => readMainState(parseMainFile(canonicalJson(bent as unknown as Json)), root)).toThrow();
});

test('under another app hash nothing is shown', () => {
  expect(() => readMainState(parsed(), new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'wrong-root' }));
});
