/** A place of the pages: an address, the page that stands there, and whose menu names it. */
import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import type { Role } from '../api/session.ts';
import type { Area } from '../i18n/area.ts';
import type { Words } from '../i18n/en.ts';
import { language } from '../i18n/index.ts';
import { NotLoaded } from '../parts/not-loaded.tsx';

export interface Place {
  /** as preact-iso reads it: `/bills/:day/:meter` */
  path: string;
  page: ComponentType;
  /** the word of the menu, and for whom; absent: no menu names it */
  menu?: { word: keyof Words['pages']; for: Role | 'signed-in' | 'everybody' };
}

/** A page that is loaded when somebody goes there, with the texts of its parts. */
export const page = <P extends object>(
  load: () => Promise<ComponentType<P>>,
  ...texts: readonly Area<unknown>[]
): ComponentType<P> & { preload(): Promise<unknown> } =>
  lazy(async () => {
    try {
      const [found] = await Promise.all([load(), ...texts.map((part) => part.load(language.value))]);
      return found;
    } catch {
      return NotLoaded;
    }
  });
