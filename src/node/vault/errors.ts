/**
 * What the vault and the signer refuse as a whole. `code` is stable: bad-passphrase, bad-keystore, bad-mode, exists, unknown-epoch, in-use,
 * unreachable, bad-request, not-allowed, too-large, refused, chain-unreachable, wrong-chain, behind-chain; internal: vault or signer failed
 * on
 * a request by an error that is none of ours, which may pass.
 * A message never holds a key, a passphrase or a plaintext.
 */
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';

export class VaultError extends ElectraError {
  static override retryOf = laterFor('unreachable', 'in-use', 'refused', 'chain-unreachable', 'behind-chain', 'internal');
}
