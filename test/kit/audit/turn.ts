/** A bundle whose header is signed by another set than genesis names: validators were enrolled in between. */
import type { HeaderJson } from '../../../src/protocol/comet/index.ts';
import { VALIDATORS } from './chain.ts';
import { lightFile, signedHeader, type TestValidator, validators } from './headers.ts';
import { CHAIN_ID } from './readings.ts';

/** Nine beside genesis' four: more than two thirds of the thirteen. */
export const NEWCOMERS: readonly TestValidator[] = validators(9, 'newcomer');

/**
 * Has the bundle's header signed by the newcomers and one of genesis' validators. The header that announces their set is in the bundle, or
 * is left out of it.
 */
export function signedByNewcomers(files: Map<string, string>, { turnShown }: { turnShown: boolean }): Map<string, string> {
  const light: { blocks: { header: HeaderJson }[] } = JSON.parse(files.get('light.json')!);
  const [{ header }] = light.blocks;
  const set = [...VALIDATORS, ...NEWCOMERS];
  const before = new Date(Date.parse(`${header.time.slice(0, 19)}Z`) - 10_000).toISOString().replace('.000', '');
  const plan = { chainId: CHAIN_ID, time: header.time, appHash: Buffer.from(header.app_hash, 'hex') };
  const turn = {
    ...signedHeader({ ...plan, time: before, height: Number(header.height) - 2, set: VALIDATORS, next: set }),
    set: VALIDATORS,
  };
  const last = signedHeader({ ...plan, height: Number(header.height), set, signers: [...VALIDATORS.slice(3), ...NEWCOMERS] });
  files.set('light.json', lightFile(CHAIN_ID, [...(turnShown ? [turn] : []), { ...last, set }]));
  return files;
}
