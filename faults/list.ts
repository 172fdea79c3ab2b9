/** All faults, in the order in which they are run. */
import { benchmarks } from './benchmarks.ts';
import { community } from './community.ts';
import { database } from './database.ts';
import { exchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import { machine } from './machine.ts';
import { mainChains } from './main-chain.ts';
import { meters } from './meters.ts';
import { nodes } from './nodes.ts';
import { parts } from './parts.ts';
import { sharing } from './sharing.ts';
import { shell } from './shell.ts';
import { strangers } from './strangers.ts';

export const faults: readonly Fault[] = [
  ...shell,
  ...benchmarks,
  ...machine,
  ...meters,
  ...strangers,
  ...database,
  ...nodes,
  ...community,
  ...exchange,
  ...parts,
  ...mainChains,
  ...sharing,
];
