/**
 * `electra verify-bill` and `electra verify-evidence`: the reader's commands (src/reader/cli) with the node's faster backend. Neither needs
 * a data folder.
 */
import type { Command } from 'commander';
import { defineVerifyBill, defineVerifyEvidence } from '../../reader/cli/verify-bill.ts';
import { READER_HOST } from '../reader-host.ts';

export function register(program: Command): void {
  defineVerifyBill(program.command('verify-bill'), READER_HOST);
  defineVerifyEvidence(program.command('verify-evidence'), READER_HOST);
}
