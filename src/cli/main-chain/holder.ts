/** What whoever holds ELECTRA may do with it, a community's treasury too: `electra money send|redeem`. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { parseElectra } from '../operator/amount.ts';
import { parseAddress } from '../options.ts';
import { type OrderOptions, orderedBy } from './order.ts';
import { redeem, send } from './orders.ts';
import { fileHand, type ReachOptions } from './reach.ts';

const REFERENCE = /^[\x20-\x7e]{1,140}$/;
const LEAST_NEL = 1_000_000n;
const CENT_NEL = 10_000_000n;

/** ELECTRA of 0.001 or more, as nELECTRA. */
export function parseMove(text: string): bigint {
  const amountNel = parseElectra(text);
  if (amountNel < LEAST_NEL) throw new InvalidArgumentError('expected 0.001 ELECTRA or more.');
  return amountNel;
}

function parseRedeemed(text: string): bigint {
  const amountNel = parseElectra(text);
  if (amountNel === 0n || amountNel % CENT_NEL !== 0n) throw new InvalidArgumentError('expected ELECTRA in steps of 0.01, above 0.');
  return amountNel;
}

function parseReference(text: string): string {
  if (!REFERENCE.test(text)) throw new InvalidArgumentError('expected 1 to 140 printable ASCII characters.');
  return text;
}

export type WalletOptions = ReachOptions & OrderOptions & { walletFile: string };

export const withWallet = (c: Command): Command =>
  c.requiredOption('--wallet-file <file>', '0600 file with the wallet’s private key in hex');

const byWallet = orderedBy<WalletOptions>({ options: withWallet, hand: (o, main) => fileHand(o.walletFile, '--wallet-file', main) });

export function registerHolder(money: Command): void {
  byWallet(
    money
      .command('send')
      .argument('<to>', 'an account that may hold ELECTRA', parseAddress)
      .argument('<amount>', 'ELECTRA, 0.001 or more', parseMove)
      .description('send ELECTRA of a wallet to another account'),
    'npx electra money send electra1… 12.5 --wallet-file WALLET --yes',
    send,
  );
  byWallet(
    money
      .command('redeem')
      .argument('<amount>', 'ELECTRA, in steps of 0.01', parseRedeemed)
      .argument(
        '<reference>',
        'how the issuer knows whom to pay: up to 140 printable ASCII characters, for everybody to read',
        parseReference,
      )
      .description('have the issuer pay ELECTRA of a wallet out, at par; locked at once'),
    'npx electra money redeem 250 "RF18 5390 0754 7034" --wallet-file WALLET --yes',
    redeem,
  );
}
