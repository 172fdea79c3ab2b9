/** Every handler by the name that project.ts gives it. */
export { handleEnrolMeter, handleRetireMeter } from './meters.ts';
export { handlePublishNodeKey } from './node-keys.ts';
export { handleSetTariff } from './tariffs.ts';
export { handleCloseDay, handleReport } from './readings.ts';
export { handleAnchorBook, handleDisputeDay } from './books.ts';
export { handleNoBill, handleWithdrawNoBill } from './no-bills.ts';
export { handleRosterFrozen } from './rosters.ts';
export { handleGenesis } from './genesis.ts';
