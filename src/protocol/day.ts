/** A meter's day and its public commitment, as the meter SDK has them. */
export {
  ADDRESS_PREFIX, INTERVAL_LIMIT_WH, REGISTER_LIMIT_WH, addressBytes, assertInterval, assertRegister, commitDay, gridDay, gridId, meterDay, meterTag, packRegisters, readingsRoot,
  type DayValues,
} from '../../sdk/ts/src/commitment.ts';
