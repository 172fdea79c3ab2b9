/**
 * One member's own check, in Chromium and in Node: a real, proven day of `rural` with the day before it, proven too, headers and state
 * proofs included.
 */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bundleMember } from '../scripts/member-bundle.ts';
import { wasmBackend } from '../src/node/proofs/backend-wasm.ts';
import { verifyBill } from '../src/reader/member/index.ts';
import { chromium } from '../test/kit/chromium.ts';
import { bundle, exportText, invoiceText, openingsOf, withChain } from '../test/kit/member.ts';
import { memberPage } from '../test/kit/member-page.ts';
import { type Figure, median } from './frame.ts';

const ME = 'rural-003';
const AIM_MS = 2000;

export async function benchMember(): Promise<Figure[]> {
  const inputs = { files: Object.fromEntries(withChain(bundle())), meterExport: exportText(ME), invoice: invoiceText(openingsOf(ME)) };
  const options = { developmentKeys: true, random: randomBytes, backend: await wasmBackend() };
  const node = async (quick: boolean) =>
    median(3, async () => {
      const startMs = performance.now();
      const { exitCode } = await verifyBill(inputs, { quick, ...options });
      if (exitCode !== (quick ? 4 : 0)) throw new Error('the bill was refused');
      return performance.now() - startMs;
    });
  const figures: Figure[] = [];
  if (chromium) {
    const first: number[] = [];
    for (let i = 0; i < 3; i++) {
      const page = await memberPage(inputs);
      if (page.exitCode !== 4) throw new Error(`the page refused the bill: ${page.text}`);
      first.push(page.firstMs);
    }
    figures.push({
      name: 'one member’s own check in Chromium, first in a fresh page',
      value: first.sort((a, b) => a - b)[1],
      unit: 'ms',
      aim: { atMost: AIM_MS },
      note: 'one day of rural; pairings in plain JavaScript; own proof only',
    });
    const whole = await memberPage({ ...inputs, quick: false });
    figures.push({ name: 'the same with everybody’s proofs', value: whole.firstMs, unit: 'ms' });
  } else process.stderr.write('  no Chromium on this machine: not measured there (apt-get install chromium, or CHROMIUM=PATH)\n');
  figures.push(
    { name: 'one member’s own check in Node, own proof only', value: await node(true), unit: 'ms' },
    { name: 'the same with everybody’s proofs', value: await node(false), unit: 'ms' },
  );
  figures.push({ name: 'the browser’s module, gzipped', value: gzipSync(await bundleMember()).length / 1024, unit: 'KiB' });
  return figures;
}
