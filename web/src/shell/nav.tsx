/**
 * The menu: a bar of four at the foot of a phone, a rail beside the page from 960 px on. It names the places of the role that one is in
 * here, then everybody's, then settings; who has several roles changes between them, and the way out is here too.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { arrive, type Role, signOut, viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from '../parts/trouble.tsx';
import { HOMES } from '../places/homes.ts';
import { menuOf, OWN_MENU, PUBLIC_MENU, roleOf } from '../places/index.ts';
import { Icon } from './icons.tsx';

type Word = Parameters<typeof Icon>[0]['of'];

interface Entry {
  path: string;
  word: Exclude<Word, 'more'>;
}

/** Places on a phone's bar, beside the button for all others. */
const ON_THE_BAR = 3;
/** A page that all have to ask for comes first. */
const SIGN_IN: Entry = { path: '/home', word: 'signIn' };

const entries = (places: ReturnType<typeof menuOf>): Entry[] => places.map(({ path, menu }) => ({ path, word: menu!.word }));

/** The role in which one is here: that of the address, else the one before, else the first that one has. */
function useRole(path: string): Role | null {
  const last = useSignal<Role | null>(null);
  const roles = viewer.value?.roles ?? [];
  const here = roleOf(path);
  const role = [here, last.value, roles[0]].find((one) => one && roles.includes(one)) ?? null;
  useEffect(() => {
    last.value = role;
  }, [role]);
  return role;
}

function Link({ path, word, here, left }: Entry & { here: string; left(): void }) {
  const current = here === path || (path !== '/' && here.startsWith(`${path}/`));
  return (
    <li>
      <a href={path} aria-current={current ? 'page' : undefined} onClick={left}>
        <Icon of={word} />
        <span>{words().pages[word]}</span>
      </a>
    </li>
  );
}

function Way({ role }: { role: Role | null }) {
  const { signIn, roles, actAs } = words();
  const trouble = useSignal<Trouble | null>(null);
  const who = viewer.value;
  if (!who) return null;
  const leave = async (): Promise<void> => {
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  const others = who.roles.filter((one) => one !== role);
  return (
    <div class="who stack small">
      {others.map((one) => (
        <a key={one} class="target" href={HOMES[one]}>
          {actAs(roles[one])}
        </a>
      ))}
      <span class="quiet">{signIn.as(who.name ?? who.address)}</span>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <div>
        <button type="button" class="button plain" onClick={leave}>
          {signIn.out}
        </button>
      </div>
    </div>
  );
}

export function Nav() {
  const { path } = useLocation();
  const { menu, more } = words();
  const open = useSignal(false);
  const role = useRole(path);
  useEffect(() => {
    // A role's own pages ask themselves.
    if (viewer.value === undefined && roleOf(path) === null) arrive().catch(() => {});
  }, []);
  useEffect(() => {
    open.value = false;
  }, [path]);
  const left = (): void => {
    open.value = false;
  };
  const own = viewer.value ? entries(OWN_MENU) : [SIGN_IN];
  const all = [...(role ? entries(menuOf(role)) : []), ...entries(PUBLIC_MENU), ...own];
  return (
    <nav class="places" aria-label={menu} data-open={open.value} onKeyDown={({ key }) => key === 'Escape' && left()}>
      <ul class="first">
        {all.slice(0, ON_THE_BAR).map((entry) => (
          <Link key={entry.path} {...entry} here={path} left={left} />
        ))}
        <li class="more">
          <button type="button" aria-expanded={open.value} aria-controls="all-places" onClick={() => (open.value = !open.value)}>
            <Icon of="more" />
            <span>{more}</span>
          </button>
        </li>
      </ul>
      <div class="rest" id="all-places">
        <ul>
          {all.slice(ON_THE_BAR).map((entry) => (
            <Link key={entry.path} {...entry} here={path} left={left} />
          ))}
        </ul>
        <Way role={role} />
      </div>
    </nav>
  );
}
