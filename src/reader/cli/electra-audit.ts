#!/usr/bin/env node
/** `electra-audit` of the package: the command as a program of its own. */
import { runAlone } from './command.ts';
import { defineAudit } from './audit.ts';

await runAlone('audit', defineAudit);
