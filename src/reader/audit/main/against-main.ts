/**
 * A community's audit beside a bundle of the main chain on which it shares (`--main`): its chain must be the one that was registered there,
 * and have shown there what it shows here. A difference is no quarrel between two auditors but evidence, signed by the community's own
 * validators, that they showed two histories.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { verifyEd25519 } from '../../../protocol/comet/index.ts';
import { ProtocolError } from '../../../protocol/index.ts';
import { type Files, parseBundle } from '../../bundle.ts';
import { conflict, type HeaderConflict, type LightBlock, type LightState, readLightBlock } from '../../light/index.ts';
import { type Fault, lines, settled } from '../checks.ts';
import { headerChecks } from '../header-checks.ts';
import { type Verdict, withLines } from '../verdict.ts';
import { auditMainFully, type MainAudit, type MainAuditOptions } from './audit.ts';
import { compareBooks, comparisonLines } from './common-days.ts';

const head = { id: '1' as const, name: 'main' };

interface Compared {
  faults: Fault[];
  evidence: HeaderConflict | null;
  count: number;
}

/** Headers that the main chain was shown, beside those of the community's own bundle. */
function compareHeaders(own: readonly LightBlock[], state: LightState, shown: readonly LightBlock[]): Compared {
  const faults: Fault[] = [];
  let [evidence, count]: [HeaderConflict | null, number] = [null, 0];
  const byHeight = new Map(own.map((block) => [block.signed_header.header.height, block]));
  for (const block of shown) {
    const { height } = block.signed_header.header;
    const beside = byHeight.get(height);
    try {
      const header = readLightBlock(block, state.chainId, verifyEd25519);
      const found = beside ? conflict(beside, block, state) : null;
      count++;
      if (found) {
        evidence ??= found;
        faults.push({ detail: `two headers at height ${height}: ${found.hashes.join(' here, and to the main chain ')}` });
      } else if (!state.sets.has(bytesToHex(header.validatorsHash)))
        faults.push({ status: 'open', detail: `the main chain was shown header ${height} by validators that this bundle does not know` });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      faults.push({ detail: `what the main chain was shown at height ${height}: ${error.message}` });
    }
  }
  return { faults, evidence, count };
}

/** Every header that the main chain has accepted and still keeps, as its state has it: what an exporter shows of them is his to choose. */
function keptFaults(state: LightState, { modules }: MainAudit, uplink: string): Fault[] {
  const kept = modules.state?.register.kept.filter((one) => one.uplink === uplink) ?? [];
  return kept.flatMap(({ height, hash }): Fault[] => {
    const own = state.headers.get(Number(height));
    const [here, there] = [own && bytesToHex(own.hash), bytesToHex(hash)];
    return here === undefined || here === there
      ? []
      : [{ detail: `the main chain keeps header ${there} of height ${height}, this is ${here}` }];
  });
}

/** What is left out of a comparison: as of auditMainWithout. */
type TakenOut = ReadonlySet<string>;

/** The verdict on a community's bundle, with what a bundle of its main chain says of it. */
export const againstMain = async (
  verdict: Verdict,
  files: Files,
  mainFiles: Files,
  { takenOut, ...options }: MainAuditOptions & { takenOut?: TakenOut },
): Promise<Verdict> => besideMain(verdict, files, await auditMainFully(new Set(), mainFiles, options), takenOut);

/** The same where the main chain's bundle has been audited. */
export function besideMain(verdict: Verdict, files: Files, main: MainAudit, takenOut: TakenOut = new Set()): Verdict {
  const name = main.verdict.chainId ?? 'an unknown chain';
  const only = (fault: Fault): Verdict => withLines(verdict, settled(lines(head, [fault], ''), takenOut));
  if (main.verdict.exitCode === 1 || main.verdict.exitCode === 2)
    return only({
      status: main.verdict.exitCode === 1 ? 'failed' : 'unreadable',
      detail: `the audit of ${name} says ${main.verdict.status}`,
    });
  const community = main.modules.state?.register.communities.find(({ chainId }) => chainId === verdict.chainId);
  if (!community) return only({ detail: `${name} has no community of the name ${verdict.chainId ?? 'of this bundle'}` });
  const bundle = parseBundle(files);
  const { state } = bundle.genesis.value ? headerChecks(bundle, bundle.genesis.value, {}) : { state: null };
  if (!state || !bundle.light.value || verdict.genesisHash === null)
    return only({ status: 'unreadable', detail: 'headers of this bundle are not believed: nothing was compared' });
  const { chainId, uplink } = community;
  const registered = bytesToHex(community.genesisHash);
  const shown = main.bundle.communities.get(chainId)?.value;
  const headers = compareHeaders(bundle.light.value.blocks, state, shown?.light.blocks ?? []);
  const side = { chainId: name, dates: main.bundle.days.map(({ date }) => date), proven: main.modules.proven };
  const books = compareBooks({ chainId, uplink, files, audited: verdict.days }, side);
  const faults: Fault[] = [
    ...(registered === verdict.genesisHash ? [] : [{ detail: `${name} registered genesis ${registered}, this is ${verdict.genesisHash}` }]),
    ...headers.faults,
    ...keptFaults(state, main, uplink),
    ...books.differing.map(({ date, here, there }) => ({
      detail: `the main chain was shown book ${there} of ${date}, this bundle has ${here}`,
    })),
  ];
  const summary = `${name} was shown the same: ${headers.count} headers, and the books of ${books.words}`;
  const checks = settled(comparisonLines(head, faults, books, summary), takenOut);
  return withLines(verdict, checks, headers.evidence);
}
