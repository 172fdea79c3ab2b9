/**
 * What a ceremony cannot do. `state`: a folder or file of it is missing or cannot be read; `refused`: what was handed in does not fit the
 * ceremony; `failed`: a computation gave no result. Nothing of it mends itself.
 */
import { ElectraError } from '../../protocol/values/errors.ts';

export class CeremonyError extends ElectraError<'state' | 'refused' | 'failed'> {}
