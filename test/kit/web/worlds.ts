/** Services for pages to stand on: each answers as one that a reader may meet. They are opened when somebody asks for them. */

import type { Person } from '../api/people.ts';
import { once } from '../made-once.ts';
import { BALANCE_WORLDS } from './balance-world.ts';
import { INSTALLATIONS, installationAnswer } from './installing.ts';
import { madeUp } from './made-up.ts';
import { answerOf, MEMBER_WORLDS, type MemberWorld } from './member-world.ts';
import { serveApi } from './served-api.ts';
import { openSite } from './site.ts';
import type { World } from './states.ts';

interface Opened {
  url: string;
  /** what follows an address to sign somebody in */
  session(who: Person): Promise<string>;
  close(): Promise<void>;
}

const site = async (answer?: Parameters<typeof openSite>[0]): Promise<Opened> => ({
  ...(await openSite(answer)),
  session: () => Promise.resolve(''),
});

const busy = (): Response =>
  Response.json({ error: { code: 'UNAVAILABLE', message: 'the database is away', retryAfterS: 5 } }, { status: 503 });

/** A member's service in each of its states. */
const memberWorlds = <Name extends string>(of: Record<Name, () => MemberWorld>) =>
  Object.fromEntries(
    Object.entries<() => MemberWorld>(of).map(([name, make]) => [
      name,
      once(() => {
        const world = make();
        return site((request) => answerOf(world, request));
      }),
    ]),
  ) as Record<Name, () => Promise<Opened>>;

/** A service as whoever installs a meter meets it. */
const installWorlds = () =>
  Object.fromEntries(
    Object.entries(INSTALLATIONS).map(([name, installation]) => [name, once(() => site(installationAnswer(installation)))]),
  ) as Record<keyof typeof INSTALLATIONS, () => Promise<Opened>>;

export interface Worlds {
  open(world: World): Promise<Opened>;
  close(): Promise<void>;
}

export function worlds(): Worlds {
  const makers: Record<World, () => Promise<Opened>> = {
    community: once(async () => {
      const { url, api, stop } = await serveApi();
      return { url, session: async (who: Person) => `#session=${await api.token(who)}`, close: stop };
    }),
    'made-up': once(() => site((request) => madeUp(request))),
    'made-up-member': once(() => site((request) => madeUp(request, { member: true }))),
    market: once(() => site((request) => madeUp(request, { market: true }))),
    'market-member': once(() => site((request) => madeUp(request, { market: true, member: true }))),
    early: once(() => site((request) => madeUp(request, { early: true }))),
    empty: once(() => site((request) => madeUp(request, { empty: true }))),
    away: once(() => site()),
    busy: once(() => site(busy)),
    ...memberWorlds(MEMBER_WORLDS),
    ...memberWorlds(BALANCE_WORLDS),
    ...installWorlds(),
  };
  const opened: Promise<Opened>[] = [];
  return {
    open(world) {
      const one = makers[world]();
      opened.push(one);
      return one;
    },
    close: async () => {
      await Promise.all([...new Set(await Promise.all(opened))].map((one) => one.close()));
    },
  };
}
