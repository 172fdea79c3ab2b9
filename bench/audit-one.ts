/** Audits a folder and prints what it took. */
import { WASM_BACKEND_MODULE } from '../src/node/proofs/backend-module.ts';
import { auditPath } from '../src/reader/audit/audit-path.ts';

const verdict = await auditPath(process.argv[2], { developmentKeys: true, backendModule: WASM_BACKEND_MODULE });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
if (verdict.exitCode !== 0)
  process.stderr.write(
    `${verdict.checks
      .filter((c) => c.status !== 'passed')
      .slice(0, 5)
      .map((c) => `${c.day ?? ''} ${c.id} ${c.name}: ${c.detail}`)
      .join('\n')}\n`,
  );
process.stdout.write(JSON.stringify({ cpuS: (userCPUTime + systemCPUTime) / 1e6, rssMb: maxRSS / 1024, exitCode: verdict.exitCode }));
process.exit(verdict.exitCode);
