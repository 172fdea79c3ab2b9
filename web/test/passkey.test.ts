/** Passkeys in a real browser with a device for them, before the real API: made by an invitation, used, refused, removed. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meters, type Person, people } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { type Authenticator, plugIn } from '../../test/kit/web/authenticator.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { installLink } from '../../test/kit/web/installing.ts';
import { tabTo } from '../../test/kit/web/keyboard.ts';
import { type Served, serveApi } from '../../test/kit/web/served-api.ts';
import { openSite } from '../../test/kit/web/site.ts';

const LONG_MS = 30_000;

interface Device extends Visit {
  authenticator: Authenticator;
  /** bodies of what the page sent to the API, newest last */
  sent: string[];
}

describe.skipIf(!chromium)('a passkey', () => {
  let browser: Browser;
  let served: Served;
  let owner: ReturnType<Served['as']>;
  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), serveApi()]);
    owner = served.as('owner');
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  const device = async (path = '/join'): Promise<Device> => {
    const one = await visit(browser, `${served.origin}${path}`);
    const sent: string[] = [];
    one.page.on('request', (request) => sent.push(request.postData() ?? ''));
    return { ...one, sent, authenticator: await plugIn(one.page) };
  };
  const invitation = (who: Person): Promise<string> => served.invite(people[who].address);

  /** A device with a passkey of somebody, by an invitation, and signed in. */
  const joined = async (who: Person): Promise<Device> => {
    const one = await device();
    await one.page.goto(`${served.origin}/join#${await invitation(who)}`);
    await one.page.getByLabel('What you call this device').fill('My phone', { timeout: LONG_MS });
    await one.page.getByRole('button', { name: 'Make the passkey' }).click();
    await one.page.getByRole('heading', { name: 'You are signed in.' }).waitFor({ timeout: LONG_MS });
    return one;
  };
  const signOut = async ({ page }: Device): Promise<void> => {
    await page.goto(`${served.origin}/home`);
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS }); // a question on its way would be refused
    await page.getByRole('button', { name: 'Sign out' }).click({ timeout: LONG_MS });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  };
  const tryPasskey = async ({ page }: Device): Promise<string> => {
    await page.getByRole('button', { name: 'Use your passkey' }).click({ timeout: LONG_MS });
    const inside = page.getByRole('heading', { name: /ou (are|were) / });
    const outside = page.locator('.notice');
    await inside.or(outside).first().waitFor({ timeout: LONG_MS });
    return (await outside.count()) > 0 ? ((await outside.first().textContent()) ?? '') : 'inside';
  };
  const ask = async (query: string, variables: Record<string, unknown> = {}) => served.api.ask('alice', query, variables);

  test('is made by an invitation whose code leaves the address at once, and signs in from then on', async () => {
    const one = await joined('alice');
    expect(one.page.url()).toBe(`${served.origin}/join`);
    expect(await one.authenticator.count()).toBe(1);
    await signOut(one);
    expect(await tryPasskey(one)).toBe('inside');
    const { data } = await ask('{ viewer { passkeys { name byInvite lastUsedAt } sessions { way passkey } invites { usedAt } } }');
    expect(data.viewer.passkeys.at(-1)).toMatchObject({ name: 'My phone', byInvite: true, lastUsedAt: expect.any(String) });
    expect(data.viewer.sessions.map(({ way }: { way: string }) => way)).toContain('PASSKEY');
    expect(data.viewer.invites[0].usedAt).toEqual(expect.any(String));
    expect(one.complaints).toEqual([]);
    await one.close();
  });

  test('signs in by the keyboard alone', async () => {
    const one = await joined('alice');
    await signOut(one);
    await one.page.reload();
    const button = one.page.getByRole('button', { name: 'Use your passkey' });
    await button.waitFor({ timeout: LONG_MS });
    await tabTo(one.page, button);
    await one.page.keyboard.press('Enter');
    await one.page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    await one.close();
  });

  test('is refused where its owner is not recognised, and in a second answer to the same challenge', async () => {
    const one = await joined('alice');
    await signOut(one);
    await one.authenticator.recognise(false);
    expect(await tryPasskey(one)).toContain('Nothing was signed');
    await one.authenticator.recognise(true);
    expect(await tryPasskey(one)).toBe('inside');
    const body = one.sent.findLast((text) => text.includes('signInByPasskey'))!;
    // an authenticator that does not count, as those that share their passkeys: then the challenge alone tells
    await owner`update access.credential set sign_count = 0`;
    const again = await served.api.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await again.text()).toContain('was used before');
    await one.close();
  });

  test('is refused when it counts backwards: there is a copy of it', async () => {
    const one = await joined('alice');
    await signOut(one);
    await one.authenticator.countBack(0);
    expect(await tryPasskey(one)).toContain('does not sign in here');
    await one.close();
  });

  test('ends with its removal, and so does the session that it opened; another member cannot remove it', async () => {
    const one = await joined('bob');
    await one.page.goto(`${served.origin}/home`);
    await one.page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    const [{ id }] = (await served.api.ask('bob', '{ viewer { passkeys { id } } }')).data.viewer.passkeys;
    const remove = 'mutation ($id: ID!) { removePasskey(id: $id) }';
    expect((await ask(remove, { id })).errors[0].extensions?.code).toBe('NOT_FOUND');
    expect((await served.api.ask('bob', remove, { id })).data.removePasskey).toBe(1);
    await one.page.getByRole('dialog').waitFor({ timeout: LONG_MS }); // its stream was closed with it
    await one.page.getByRole('button', { name: 'Use your passkey' }).click({ timeout: LONG_MS });
    await one.page.getByRole('dialog').getByText('does not sign in here').waitFor({ timeout: LONG_MS });
    await one.close();
  });

  test('is added and removed in the settings, which show who was invited and who looked at a meter', async () => {
    const one = await joined('bob');
    const { page } = one;
    await installLink(served, meters.bob1);
    await page.goto(`${served.origin}/settings`);
    await page.getByText('Added by an invitation').first().waitFor({ timeout: LONG_MS });
    await page
      .getByText(/used on/)
      .first()
      .waitFor();
    const codes = page.getByRole('region', { name: 'Codes of whoever installed a meter' });
    await codes.getByText(/Made on .* open until/).waitFor({ timeout: LONG_MS });
    expect(await codes.getByRole('code').allTextContents()).toEqual([meters.bob1]);
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    const other = await visit(browser, `${served.origin}/settings#session=${await served.api.token('bob')}`);
    await plugIn(other.page);
    await other.page.getByLabel('What you call it').fill('Tablet', { timeout: LONG_MS });
    await other.page.getByRole('button', { name: 'Add a passkey' }).click();
    await other.page.getByText('The passkey was added.').waitFor({ timeout: LONG_MS });
    await other.page.getByRole('button', { name: 'Remove Tablet' }).click({ timeout: LONG_MS });
    await other.page.getByRole('button', { name: /Remove “Tablet” and end/ }).click();
    await other.page.getByText('“Tablet” was removed; 0 sessions').waitFor({ timeout: LONG_MS });
    await other.close();
    await one.close();
  });

  test('is not made by an answer for another origin, another address, or without an invitation', async () => {
    const one = await device();
    await one.page.goto(`${served.origin}/join#${await invitation('alice')}`);
    await one.page.getByLabel('What you call this device').waitFor({ timeout: LONG_MS });
    // the answer of a page of another origin, which has its own challenge of ours
    const options = await served.api.ask('alice', 'mutation { requestNewPasskey { options } }');
    const text = options.data.requestNewPasskey.options;
    const other = await openSite();
    const elsewhere = await visit(browser, `${other.url.replace('127.0.0.1', 'localhost')}/join`);
    await plugIn(elsewhere.page);
    const answer = await elsewhere.page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(json));
      const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
      return JSON.stringify(made?.toJSON());
    }, text);
    const add = 'mutation ($answer: String!, $invite: String) { addPasskey(answer: $answer, name: "x", invite: $invite) { id } }';
    const refused = async (who: Person | null, invite: string | null = null) =>
      (await served.api.ask(who, add, { answer, invite })).errors[0].message;
    expect(await refused('alice')).toContain('does not hold'); // of another origin
    expect(await refused('bob')).toContain('does not hold'); // and for another address
    expect(await refused(null)).toContain('sign in first');
    expect(await refused(null, Buffer.alloc(16, 9).toString('base64url'))).toContain('unknown');
    await elsewhere.close();
    await other.close();
    await one.close();
  });

  test('is not offered by an invitation that was used; pages of joining are fit for everybody', async () => {
    const code = await invitation('alice');
    const one = await device();
    await one.page.goto(`${served.origin}/join#${code}`);
    await one.page.getByRole('heading', { name: 'You are invited.' }).waitFor({ timeout: LONG_MS });
    expect(await unfit(one.page)).toEqual([]);
    await invitation('alice');
    await one.page.getByRole('button', { name: 'Make the passkey' }).click();
    await one.page.getByRole('heading', { name: 'This invitation is not good' }).waitFor({ timeout: LONG_MS });
    expect(await unfit(one.page, { widths: [320] })).toEqual([]);
    await one.close();
  });
});
