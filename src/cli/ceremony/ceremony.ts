/** `electra ceremony …`: the keys that a community makes itself (docs/ceremony.md). */
import type { Command } from 'commander';
import { registerContribute } from './contribute.ts';
import { registerFinalize } from './finalize.ts';
import { registerInit } from './init.ts';
import { registerVerify } from './verify.ts';

export function register(program: Command): void {
  const ceremony = program.command('ceremony').description('make the community’s own keys: one honest contributor suffices');
  registerInit(ceremony);
  registerContribute(ceremony);
  registerVerify(ceremony);
  registerFinalize(ceremony);
}
