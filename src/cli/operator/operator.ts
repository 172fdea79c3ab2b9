/**
 * How the operator's commands reach the chain: through the signer, which alone holds the operator's key, and wait until it is in a block.
 */
import { existsSync } from 'node:fs';
import { readSecret } from '../../node/db/index.ts';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { connectSigner, type OperatorMessage, type Signer } from '../../node/signer/client.ts';
import { CliError } from '../errors.ts';
import { assertTaken } from '../refusals.ts';

export interface Submitted {
  txHash: string;
  height: number;
}

/** The running signer, as the operator's commands may ask it; undefined where none runs. */
export const operatorSigner = (data: DataFolder): Signer | undefined =>
  existsSync(data.signerSockets.operator)
    ? connectSigner(data.signerSockets.operator, { credential: readSecret(data.operatorCredential) })
    : undefined;

/** Signs and sends messages as the operator. @throws CliError with the chain's own reason */
export async function submitAsOperator(data: DataFolder, messages: readonly OperatorMessage[]): Promise<Submitted> {
  const signer = operatorSigner(data);
  if (!signer) throw new CliError(`the signer does not run on ${data.dir}: start \`electra up\` (or \`electra sign\`) first`);
  const result = await signer.submit(messages).finally(() => signer.close());
  assertTaken(result);
  return { txHash: result.txHash, height: result.height };
}

/** Prints what was done, for a person or a program. */
export function printDone(json: boolean, text: string, value: object): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `✓ ${text}\n`);
}
