#!/usr/bin/env node
/** `electra-audit` of the package: the command as a program of its own. */
import { defineAudit } from './audit.ts';
import { runAlone } from './command.ts';

await runAlone('audit', defineAudit);
