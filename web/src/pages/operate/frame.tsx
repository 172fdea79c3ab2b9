/** What stands around each of the operator's pages: who may see it, the way to the others, and why something is not there. */
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useAgain } from '../../api/again.ts';
import { useLoaded } from '../../api/loading.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { askBoard, type Board } from '../../operate/question.ts';
import { Block } from '../../parts/block.tsx';
import { SignedIn } from '../../parts/signed-in.tsx';
import { useTitle } from '../../parts/use-title.ts';
import '../../styles/operate.css';

const AGAIN_MS = 60_000;

function Nav() {
  const { path } = useLocation();
  const { nav, places } = operateTexts();
  const entries = [
    ['/operate', nav.board],
    ['/operate/exceptions', nav.exceptions],
    ['/operate/days', nav.days],
    ['/operate/meters', nav.meters],
    ['/operate/month', nav.month],
    ['/operate/tariffs', nav.tariffs],
    ['/operate/node', nav.node],
  ] as const;
  return (
    <nav class="subplaces screen-only" aria-label={places}>
      {entries.map(([href, word]) => (
        <a key={href} href={href} aria-current={path === href || (href !== '/operate' && path.startsWith(`${href}/`)) ? 'page' : undefined}>
          {word}
        </a>
      ))}
    </nav>
  );
}

function Inside({ children }: { children: ComponentChildren }) {
  useAgain(AGAIN_MS);
  return (
    <div class="page stack operate">
      <Nav />
      {children}
    </div>
  );
}

export const OperatePage = ({ children }: { children: ComponentChildren }) => (
  <SignedIn as="OPERATOR">
    <Inside>{children}</Inside>
  </SignedIn>
);

interface OfBoard {
  title: string;
  children: (board: Board) => ComponentChildren;
}

function OnBoard({ title, children }: OfBoard) {
  useTitle(title);
  return <Block loaded={useLoaded('operate', askBoard).value}>{children}</Block>;
}

/** A page that says something of the board as it stands now. */
export const BoardPage = (of: OfBoard) => (
  <OperatePage>
    <OnBoard {...of} />
  </OperatePage>
);
