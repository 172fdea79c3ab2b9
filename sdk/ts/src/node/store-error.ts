/** What a store refuses. */
import { ElectraError, laterFor } from '../../../../src/protocol/values/errors.ts';

export class StoreError extends ElectraError<'store-locked' | 'store-damaged' | 'store-closed' | 'store-missing'> {
  static override retryOf = laterFor('store-locked');
}
