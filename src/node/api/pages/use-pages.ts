/** The pages, from the process that answers their questions: one origin, hence no CORS and no third party. */
import type { Plugin } from 'graphql-yoga';
import { type Built, pageFor } from './built.ts';

/** `taken`: addresses of the API itself, which no page may take. */
export function usePages(built: Built, taken: (pathname: string) => boolean): Plugin {
  return {
    onRequest({ request, url, endResponse }) {
      if (taken(url.pathname)) return;
      const page = pageFor(built, request);
      if (page) endResponse(page);
    },
  };
}
