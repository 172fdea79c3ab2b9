/** The circuits, and where they and their development keys lie. How they are compiled is the ceremony's (src/node/ceremony/compile.ts). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_CIRCUITS } from '../../src/node/ceremony/circuits.ts';
import type { AnyCircuitName } from '../../src/protocol/circuits.ts';

export { compile, compilerName } from '../../src/node/ceremony/compile.ts';

export const circuits: readonly AnyCircuitName[] = ALL_CIRCUITS.map(({ name }) => name);

export const circuitsFolder = fileURLToPath(new URL('..', import.meta.url));
export const keysFolder = join(circuitsFolder, 'keys');
