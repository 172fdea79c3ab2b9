/**
 * A member's own check, in the worker: the same code as `electra verify-bill`. First its own proofs alone, which answers "is this my bill?"
 * at once; asked again with everybody's, whether the day's prices follow from everybody's readings too.
 */
import {
  DEVELOPMENT_KEY_IDS,
  encodeEvidence,
  evidenceName,
  formatOwnVerdict,
  parseBundle,
  readZip,
  verifyBill,
} from '../../../src/reader/index.ts';
import type { OwnChecked, OwnRequest } from './messages.ts';

const DEVELOPMENT: ReadonlySet<string> = new Set(Object.values(DEVELOPMENT_KEY_IDS));
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

export async function checkOwn({ own, about, everybody, developmentKeys, genesisHash }: OwnRequest): Promise<OwnChecked> {
  const start = performance.now();
  const { name, zip, ...texts } = own;
  const files = readZip(zip, name);
  const options = {
    random,
    developmentKeys,
    about,
    quick: !everybody,
    clockUnixS: Date.now() / 1000,
    ...(genesisHash === undefined ? {} : { genesisHash }),
  };
  const verdict = await verifyBill({ files, ...texts }, options);
  const keys = Object.values(parseBundle(files).genesis.value?.keyIds ?? {});
  return {
    verdict,
    text: formatOwnVerdict(verdict),
    evidence: verdict.evidence.map((one) => ({ name: evidenceName(one), text: encodeEvidence(one) })),
    refusedDevelopmentKeys: !developmentKeys && keys.some((id) => DEVELOPMENT.has(id)),
    tookMs: performance.now() - start,
  };
}
