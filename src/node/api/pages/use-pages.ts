/** The pages, from the process that answers their questions: one origin, hence no CORS and no third party. */
import type { Plugin } from 'graphql-yoga';
import { type Built, pageFor } from './built.ts';

/** After the API's own routes, which no page may take. */
export function usePages(built: Built, endpoint: string): Plugin {
  return {
    onRequest({ request, url, endResponse }) {
      if (url.pathname === endpoint) return;
      const page = pageFor(built, request);
      if (page) endResponse(page);
    },
  };
}
