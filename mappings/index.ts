/** Every handler by the name that the table of messages (src/protocol/messages/table.ts) and project.ts give it. */
export * from './books.ts';
export * from './final-readings.ts';
export { handleGenesis } from './genesis.ts';
export * from './meters.ts';
export * from './no-bills.ts';
export * from './node-keys.ts';
export * from './prices.ts';
export * from './readings.ts';
export * from './rosters.ts';
export * from './rotations.ts';
export * from './tariffs.ts';
export * from './uplinks.ts';
export { handleLeaveValidators, handleSetConsensusKey, handleValidatorChange, handleVetoValidator } from './validators.ts';
