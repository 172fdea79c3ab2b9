#!/usr/bin/env node
import { defineAudit } from './audit.ts';
/** `electra-audit` of the package: the command as a program of its own. */
import { runAlone } from './command.ts';

await runAlone('audit', defineAudit);
