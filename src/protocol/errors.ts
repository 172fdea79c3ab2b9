/** One error root for everything the protocol refuses. */
export { ProtocolError } from '../../sdk/ts/src/errors.ts';
