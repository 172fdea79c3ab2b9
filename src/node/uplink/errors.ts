/** Why the uplink waits or stops, by stable codes. */
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';

export type UplinkErrorCode =
  | 'main-unreachable' // no node of the main chain, or of this one, answers
  | 'main-lies' // a node says what no honest one would
  | 'wrong-main' // the node serves another chain than the one that was joined
  | 'not-enrolled' // the main chain knows no such meter yet
  | 'over-capacity'; // more flows than the uplink may state

/** Why the uplink does not go on. */
export class UplinkError extends ElectraError<UplinkErrorCode> {
  static override retryOf = laterFor('main-unreachable', 'main-lies', 'not-enrolled');
}
