/** The ceremony of phase 2: files in, files out. How it is used: docs/ceremony.md. */

export type { Progress } from './child.ts';
export type { CircuitRow, CompiledCircuit } from './circuits.ts';
export { CIRCUITS, MAIN_CIRCUITS } from './circuits.ts';
export { contribute } from './contribute.ts';
export { CeremonyError } from './errors.ts';
export { finalizeCeremony } from './finalize.ts';
export { initCeremony } from './init.ts';
export { isKeyFolder, keyFileFaults, keyFolderFiles, readCeremonyFile } from './key-folder.ts';
export type { CeremonyVerdict, Line } from './verdict.ts';
export { verifyCeremony } from './verify.ts';
