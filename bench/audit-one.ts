/** Audits a folder and prints what it took. Arguments: the folder, and hashes of books that were audited before. */
import { WASM_BACKEND_MODULE } from '../src/node/proofs/backend-module.ts';
import { auditPath } from '../src/reader/audit/audit-path.ts';

const [, , dir, ...auditedBooks] = process.argv;
const options = { developmentKeys: true, backendModule: WASM_BACKEND_MODULE, auditedBooks: new Set(auditedBooks) };
const verdict = await auditPath(dir, options);
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
