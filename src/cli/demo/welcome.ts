/** Where to look, and who to be: printed once a demonstration is ready, if it goes on running. */
import { AUDITOR, auditorAddress, type FleetMember, walletKey } from '../../../simulator/keys.ts';
import { signInWithKey } from '../../node/api/client.ts';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { operatorKey } from '../../node/signer/operator-key.ts';
import { operatorAddress } from '../../node/vault/index.ts';
import type { Display } from './display.ts';

export interface WhereToLook {
  data: DataFolder;
  apiUrl: string;
  /** the same by the name that passkeys are bound to */
  pagesUrl: string;
  metricsUrl: string;
  /** of the chain nodes */
  rpcUrls: readonly string[];
  fleet: readonly FleetMember[];
  display: Display;
}

export async function whereToLook(o: WhereToLook): Promise<void> {
  const { data, apiUrl, pagesUrl, display } = o;
  const member = o.fleet[0];
  const signIns: [string, string, string][] = [];
  const wallets: [string, string, Uint8Array, string][] = [
    [
      `member ${member.member}`,
      member.memberAddress,
      await walletKey(data.dir, member.member),
      '{ member { name bills(first: 2) { edges { node { day status amountNel } } } } }',
    ],
    [
      'auditor',
      await auditorAddress(data.dir),
      await walletKey(data.dir, AUDITOR),
      '{ audit { books(first: 2) { edges { node { day bookHash } } } } }',
    ],
    [
      'operator',
      operatorAddress(data.signer),
      await operatorKey({ dir: data.signer, passphraseFile: data.signerPassphrase }),
      '{ operation { health { ready lagS indexedHeight lastReleasedDay } } }',
    ],
  ];
  for (const [name, address, privKey, query] of wallets) {
    signIns.push([name, (await signInWithKey({ url: apiUrl, address, privKey })).token, query]);
    privKey.fill(0);
  }

  display.say('\n── Where to look');
  display.say(`  Pages, for anybody       ${pagesUrl}/   (check the books: ${pagesUrl}/check)`);
  const pages = [
    ['a member', '/home'],
    ['an auditor', '/audit'],
    ['the operator', '/operate'],
  ];
  for (const [i, [who, path]] of pages.entries()) display.say(`  Pages of ${who.padEnd(15)} ${pagesUrl}${path}#session=${signIns[i][1]}`);
  display.say(`  API                      ${apiUrl}/graphql   (health: ${apiUrl}/health, metrics: ${o.metricsUrl})`);
  display.say(`  Chain, for --rpc         ${o.rpcUrls[0]}`);
  display.say(`  Data, logs, bundles      ${data.dir}`);
  display.say('\n── Three ready sign-ins (tokens of this demonstration, valid for 12 hours)');
  for (const [name, token, query] of signIns)
    display.say(
      `  ${name}:\n    curl -s ${apiUrl}/graphql -H 'authorization: Bearer ${token}' -H 'content-type: application/json' ` +
        `-d '${JSON.stringify({ query })}'`,
    );
}
