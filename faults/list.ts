/** All faults, in the order in which they are run. */
import { community } from './community.ts';
import type { Fault } from './fault.ts';
import { machine } from './machine.ts';
import { meters } from './meters.ts';
import { parts } from './parts.ts';
import { shell } from './shell.ts';
import { strangers } from './strangers.ts';

export const faults: readonly Fault[] = [...shell, ...machine, ...meters, ...strangers, ...community, ...parts];
