/** `electra audit`: verify a bundle. The command is the reader's (src/reader/cli); the node lends it the faster backend. */
import type { Command } from 'commander';
import { defineAudit } from '../../reader/cli/audit.ts';
import { READER_HOST } from '../reader-host.ts';

export function register(program: Command): void {
  defineAudit(program.command('audit'), READER_HOST);
}
