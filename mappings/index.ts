/** Every handler by the name that the table of messages (src/protocol/messages/table.ts) and project.ts give it. */
export * from './meters.ts';
export * from './node-keys.ts';
export * from './tariffs.ts';
export * from './readings.ts';
export * from './books.ts';
export * from './no-bills.ts';
export * from './rosters.ts';
export { handleGenesis } from './genesis.ts';
