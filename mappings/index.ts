/** Every handler by the name that the tables of messages (src/protocol/messages/table.ts, main-table.ts) and project.ts give it. */
export * from './books.ts';
export {
  handleAttestReserve,
  handleConfirmRedemption,
  handleFreeze,
  handleMint,
  handlePause,
  handlePayMember,
  handleRedeem,
  handleRegisterAccount,
  handleRejectRedemption,
  handleSend,
  handleUnfreeze,
  handleUnpause,
} from './electra.ts';
export * from './final-readings.ts';
export { handleGenesis } from './genesis.ts';
export * from './meters.ts';
export * from './no-bills.ts';
export * from './node-keys.ts';
export * from './prices.ts';
export * from './readings.ts';
export {
  handleConflict,
  handleRegisterCommunity,
  handleRegisterDecided,
  handleReplaceTreasury,
  handleResume,
  handleSuspend,
  handleSuspended,
  handleUpdateClient,
  handleVeto,
} from './register.ts';
export * from './roles.ts';
export * from './rosters.ts';
export * from './rotations.ts';
export * from './settlement.ts';
export * from './tariffs.ts';
export * from './uplinks.ts';
export { handleLeaveValidators, handleSetConsensusKey, handleValidatorChange, handleVetoValidator } from './validators.ts';
