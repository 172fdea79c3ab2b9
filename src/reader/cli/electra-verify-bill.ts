#!/usr/bin/env node
/** `electra-verify-bill` of the package: the command as a program of its own. */
import { runAlone } from './command.ts';
import { defineVerifyBill } from './verify-bill.ts';

await runAlone('verify-bill', defineVerifyBill);
