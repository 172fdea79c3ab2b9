/** The member's check as a page does it: the built module, a bundle, an export and an invoice; what it said, and how long it took. */
import { bundleMember } from '../../scripts/member-bundle.ts';
import { inChromium } from './chromium.ts';

export interface PageInput {
  files: Readonly<Record<string, string>>;
  meterExport: string;
  invoice?: string;
  openings?: string;
  quick?: boolean;
}

export interface PageResult {
  exitCode: number;
  text: string;
  evidence: string[];
  /** the first check in the page, cold, in ms */
  firstMs: number;
  /** the second */
  againMs: number;
  userAgent: string;
}

const RUN = `import { encodeEvidence, formatOwnVerdict, verifyBill } from '/member.js';
export default async function run() {
  const { quick, ...inputs } = await (await fetch('/input.json')).json();
  const options = { quick, developmentKeys: true };
  const check = async () => {
    const start = performance.now();
    const verdict = await verifyBill(inputs, options);
    return { verdict, ms: performance.now() - start };
  };
  const first = await check();
  const again = await check();
  return {
    exitCode: first.verdict.exitCode,
    text: formatOwnVerdict(first.verdict),
    evidence: first.verdict.evidence.map(encodeEvidence),
    firstMs: first.ms,
    againMs: again.ms,
    userAgent: navigator.userAgent,
  };
}`;

export const memberPage = async (input: PageInput): Promise<PageResult> =>
  inChromium({
    files: { 'member.js': await bundleMember(), 'run.js': RUN, 'input.json': JSON.stringify({ quick: true, ...input }) },
    module: 'run.js',
  });
