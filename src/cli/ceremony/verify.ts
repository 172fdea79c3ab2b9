/** `electra ceremony verify`: anybody's check of a ceremony, or of the keys that came out of it. */
import type { Command } from 'commander';
import { CeremonyError, type CeremonyVerdict, type Line, verifyCeremony } from '../../node/ceremony/index.ts';
import { UNREADABLE } from '../../reader/cli/command.ts';
import { CliError } from '../errors.ts';
import { example, jsonOption } from '../options.ts';
import { parseHash, powersOfTauOption, stateOption, told } from './shared.ts';

const SIGNS: Record<Line['status'], string> = { passed: '✓', failed: '✗', unreadable: '?', open: '…' };
const WORDS: Record<CeremonyVerdict['status'], string> = {
  passed: 'PASSED: if one contributor forgot its secret, nobody can forge a proof with these keys',
  failed: 'FAILED: do not use these keys',
  unreadable: 'UNREADABLE: something needed is missing',
  unfinished: 'SOUND SO FAR, not finished: the beacon is still to come',
};

function verdictText({ lines, status, contributors, hash, exitCode }: CeremonyVerdict): string {
  const checks = lines.map(
    ({ check, circuit, status: of, detail }) => `  ${SIGNS[of]} ${circuit ? `${circuit}: ` : ''}${check}: ${detail}`,
  );
  const people = contributors.map(({ name, hash: published }) => `    ${name} ${published}`);
  return [
    ...checks,
    ...(people.length > 0 ? ['  Contributors, to be compared with what they published:', ...people] : []),
    ...(hash ? [`  The transcript ends at ${hash}`] : []),
    `${WORDS[status]} (exit code ${exitCode})`,
  ].join('\n');
}

/** Without a state or without sources there is nothing to judge. */
function unreadable(error: unknown): never {
  if (error instanceof CeremonyError) throw new CliError(error.message, UNREADABLE);
  throw error;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, parseHash(value)];

export function registerVerify(ceremony: Command): void {
  const c = ceremony
    .command('verify')
    .description(
      'verify a ceremony from its beginning, by the circuits of this checkout: exit 0 passed, 1 failed, 2 unreadable, 3 no beacon yet',
    )
    .addOption(stateOption())
    .addOption(powersOfTauOption())
    .option('--contribution <hash>', 'a published contribution that must be in it; may be said again', collect, [])
    .option('--afresh', 'make the first keys again, even where this machine made them before')
    .addOption(jsonOption());
  example(c, 'npx electra ceremony verify --state keys --ptau powersOfTau28_hez_final_15.ptau');
  c.action(async () => {
    const { state, ptau, contribution, afresh, json } = c.opts();
    const verdict = await verifyCeremony({ state, powersOfTau: ptau, mine: contribution, afresh, progress: told }).catch(unreadable);
    process.stdout.write(`${json ? JSON.stringify(verdict) : verdictText(verdict)}\n`);
    process.exitCode = verdict.exitCode;
  });
}
