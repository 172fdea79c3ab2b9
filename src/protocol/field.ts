/** The field and its hash, as the meter SDK has them. */
export { FIELD_ORDER, TAG, p4, toField, assertField, fieldToBytes, fieldFromBytes, fieldFrom31Bytes, fieldFromDecimal, bigEndian } from '../../sdk/ts/src/field.ts';
