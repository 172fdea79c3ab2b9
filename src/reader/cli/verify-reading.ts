/** The command by which a member checks what the operator read of their retired meter. Offline. */
import { type Command, InvalidArgumentError } from 'commander';
import { addressBytes } from '../../protocol/values/address.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { verifyReading } from '../member/index.ts';
import { bundleOf, CommandError, example, type Host, jsonOption, UNREADABLE, whenWrong } from './command.ts';

function wholeNumber(text: string): bigint {
  if (!/^(0|[1-9][0-9]{0,77})$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return BigInt(text);
}

function meterAddress(text: string): string {
  try {
    addressBytes(text);
  } catch {
    throw new InvalidArgumentError('expected a bech32 address electra1….');
  }
  return text;
}

/** Exit 0 they open it, 1 they do not, 2 unreadable, not proven, or no final reading of that meter is there. */
export function defineVerifyReading(command: Command, { typed }: Host): Command {
  const c = whenWrong(command)
    .argument('<meter>', 'the meter’s address', meterAddress)
    .description(
      'check, as a member, that the registers which the operator read of a retired meter open the commitment that the chain holds',
    )
    .requiredOption('--import-wh <n>', 'the import register, in Wh, as the API gives it', wholeNumber)
    .requiredOption('--export-wh <n>', 'the export register', wholeNumber)
    .requiredOption('--blinding <n>', 'what blinds the commitment', wholeNumber)
    .requiredOption('--bundle <path>', 'an audit bundle with the meter’s last day, a folder or a zip file')
    .addOption(jsonOption());
  example(c, `${typed('verify-reading')} electra1… --import-wh 1234567 --export-wh 89012 --blinding 4321… --bundle ./bundle`);
  return c.action(async (meter: string) => {
    const o = c.opts<{ importWh: bigint; exportWh: bigint; blinding: bigint; bundle: string; json?: boolean }>();
    const verdict = await verdictOf(await bundleOf('--bundle', o.bundle), { meter, ...o });
    if (verdict.holds === null) throw new CommandError(`--bundle: the chain holds no final reading of ${meter} there`, UNREADABLE);
    if (verdict.unproven !== null) throw new CommandError(`--bundle: does not show what the chain holds: ${verdict.unproven}`, UNREADABLE);
    const objected = verdict.objected ? ', to which its member objects' : '';
    const words = `the final reading of ${meter}, as of the end of ${verdict.day}${objected}`;
    const text = verdict.holds ? `✓ The registers open ${words}.` : `✗ The registers do not open ${words}.`;
    const compare = `Genesis ${verdict.genesisHash}: compare it with one from a source of your own.`;
    process.stdout.write(`${o.json ? JSON.stringify({ meter, ...verdict }) : `${text}\n${compare}`}\n`);
    process.exitCode = verdict.holds ? 0 : 1;
  });
}

async function verdictOf(...args: Parameters<typeof verifyReading>): ReturnType<typeof verifyReading> {
  try {
    return await verifyReading(...args);
  } catch (error) {
    throw error instanceof ProtocolError ? new CommandError(error.message, UNREADABLE) : error;
  }
}
