/** Where to look, and who to be, once communities share and the demonstration goes on running. */
import { join } from 'node:path';
import { createFleet, fleetDir, walletKey } from '../../../../simulator/keys.ts';
import { signInWithKey } from '../../../node/api/client.ts';
import type { DataFolder } from '../../../node/processes/data-folder.ts';
import { operatorKey } from '../../../node/signer/operator-key.ts';
import { dayToDate } from '../../../protocol/index.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import type { Display } from '../display.ts';
import type { Community } from '../options.ts';
import type { NodeUrls } from '../world.ts';
import { communityFolder, treasuryKey } from './first-start.ts';
import { numbersOf } from './numbers.ts';

interface Shown {
  data: DataFolder;
  urls: NodeUrls;
  communities: readonly (readonly [name: Community, apiUrl: string])[];
  rpcUrls: readonly string[];
  display: Display;
}

const tokenOf = async (url: string, privKey: Uint8Array): Promise<string> => {
  const { address } = keySigner(privKey);
  return (await signInWithKey({ url, address, privKey })).token;
};

async function operatorToken(url: string, { signer, signerPassphrase }: DataFolder): Promise<string> {
  const key = await operatorKey({ dir: signer, passphraseFile: signerPassphrase });
  return tokenOf(url, key).finally(() => key.fill(0));
}

/** The first member of a community, as an example of one: its name, and the file of its wallet. */
async function firstMember({ dir }: DataFolder, community: Community): Promise<{ member: string; walletFile: string }> {
  const [{ member }] = await createFleet({ dir, community });
  return { member, walletFile: join(fleetDir(dir, member), 'wallet') };
}

/** The end of the demonstration, whether it goes on or not. */
export async function sayNumbers({ data, communities, display, urls: { apiUrl } }: Shown, day: number): Promise<void> {
  display.say(`\n── What they shared on ${dayToDate(day)}`);
  for (const [name] of communities) {
    const token = await tokenOf(apiUrl, treasuryKey(data, name));
    for (const line of await numbersOf(apiUrl, token, name, day)) display.say(line);
  }
}

export async function whereToLookAtSharing({ data, urls, communities, rpcUrls, display }: Shown): Promise<void> {
  const { apiUrl, pagesUrl } = urls;
  display.say('\n── Where to look');
  display.say(`  The market, for anybody  ${pagesUrl}/market   (check the books: ${pagesUrl}/check)`);
  for (const [name] of communities)
    display.say(`  The market, as ${name.padEnd(9)} ${pagesUrl}/market#session=${await tokenOf(apiUrl, treasuryKey(data, name))}`);
  display.say(`  The exchange’s operator  ${pagesUrl}/operate#session=${await operatorToken(apiUrl, data)}`);
  for (const [name, url] of communities) {
    const own = communityFolder(data, name);
    display.say(`  The pages of ${name.padEnd(11)} ${url}/   (data, logs: ${own.dir})`);
    display.say(`    its operator           ${url}/market#session=${await operatorToken(url, own)}`);
    const { member } = await firstMember(own, name);
    display.say(`    its ${member.padEnd(18)} ${url}/balance#session=${await tokenOf(url, await walletKey(own.dir, member))}`);
  }
  display.say(`  API                      ${apiUrl}/graphql   (health: ${apiUrl}/health, metrics: ${urls.metricsUrl})`);
  const [[name]] = communities;
  const { dir } = communityFolder(data, name);
  const { walletFile } = await firstMember(communityFolder(data, name), name);
  display.say(`  What a community has     npx electra uplink treasury --data ${dir}`);
  display.say(`  What a member has        npx electra balance show --data ${dir} --wallet-file ${walletFile}`);
  display.say('    to link an account, top up and be paid: docs/balance.md, "Try it"');
  display.say(`  Main chain, for --rpc    ${rpcUrls[0]}`);
  display.say(`  Data, logs, bundles      ${data.dir}`);
}
