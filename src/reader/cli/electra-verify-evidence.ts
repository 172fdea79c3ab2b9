#!/usr/bin/env node
/** `electra-verify-evidence` of the package: the command as a program of its own. */
import { runAlone } from './command.ts';
import { defineVerifyEvidence } from './verify-bill.ts';

await runAlone('verify-evidence', defineVerifyEvidence);
