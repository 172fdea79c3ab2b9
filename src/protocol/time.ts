/** Days and slots, as the meter SDK has them. */
export { DAY_S, SLOT_S, SLOTS_PER_DAY, dayOf, slotOf, firstSlot, dayOfSlot, dayToDate, dateToDay, assertU32 } from '../../sdk/ts/src/time.ts';
