/** `electra ceremony contribute`: a member's part, from the last state and a name alone. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { contribute } from '../../node/ceremony/index.ts';
import { example, jsonOption } from '../options.ts';
import { outOption, stateOption, told } from './shared.ts';

/** Anything that the person types, beside the system's randomness. It is asked for where somebody sits at a keyboard. */
async function typedText(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question('Type anything, as long as you like, then Enter (Enter alone is well too): ');
  } finally {
    terminal.close();
  }
}

export function registerContribute(ceremony: Command): void {
  const c = ceremony
    .command('contribute')
    .description('add a secret of this machine to all keys, and forget it')
    .addOption(stateOption())
    .requiredOption('--name <name>', 'your name in the transcript, as everybody will read it')
    .addOption(outOption())
    .option('--no-text', 'do not ask for typed text; the system’s randomness suffices')
    .addOption(jsonOption());
  example(c, 'npx electra ceremony contribute --state ceremony-0.zip --name Ada --out ceremony-1.zip');
  c.action(async () => {
    const { state, name, out, text, json } = c.opts();
    const typed = text && process.stdin.isTTY ? await typedText() : '';
    const expected = (seconds: number) =>
      void process.stderr.write(`This takes about ${seconds} s, on a slow or busy machine some times that.\n`);
    const { hash, before } = await contribute({ from: state, out, name, typed, expected, progress: told });
    if (json) process.stdout.write(`${JSON.stringify({ out, name, number: before + 1, hash })}\n`);
    else
      process.stdout.write(
        `✓ contribution ${before + 1}, by ${name}: send ${out} on. Publish this line, and keep it:\n  ${name} ${hash}\n`,
      );
  });
}
