/**
 * `electra verify-bill`, `electra verify-evidence` and `electra verify-reading`: the reader's commands (src/reader/cli) with the node's
 * faster backend. None needs a data folder.
 */
import type { Command } from 'commander';
import { defineVerifyBill, defineVerifyEvidence } from '../../reader/cli/verify-bill.ts';
import { defineVerifyReading } from '../../reader/cli/verify-reading.ts';
import { READER_HOST } from '../reader-host.ts';

export function register(program: Command): void {
  defineVerifyBill(program.command('verify-bill'), READER_HOST);
  defineVerifyEvidence(program.command('verify-evidence'), READER_HOST);
  defineVerifyReading(program.command('verify-reading'), READER_HOST);
}
