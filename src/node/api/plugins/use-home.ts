/** `/`: a plain page that says what runs here. */
import { createHash } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { readHead } from '../chain-head.ts';
import type { Service } from '../context.ts';
import { fresh } from '../fresh.ts';
import type { ViewerPool } from '../pool.ts';
import { useRoute } from './use-route.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}' +
  'code{background:#eee;padding:0 .3em}td{padding:0 1em 0 0;vertical-align:top}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const ROWS: readonly (readonly [string, string])[] = [
  ['POST /graphql', 'members, auditors and the operator, each their own part'],
  ['GET /export/intervals.csv', 'own quarter-hours: <code>?meter=…&amp;from=YYYY-MM-DD&amp;to=YYYY-MM-DD</code>'],
  ['GET /export/bills.csv', 'own bills: <code>?from=…&amp;to=…</code>, and <code>meter=…</code> for one'],
  ['GET /export/openings.json', 'what opens own bills, to check them with: <code>?from=…&amp;to=…</code>'],
  ['GET /export/statements.json', 'what own meters stated, with what opens it: <code>?from=…&amp;to=…</code>'],
  ['GET /export/invoice.json', 'the month’s signed invoice: <code>?month=YYYY-MM</code>'],
  ['GET /health, /ready', 'whether the process lives, and whether it keeps up with the chain'],
  ['GET /schema.graphql', 'the schema, with what each field means'],
];

export function useHome({ pool, service, development }: { pool: ViewerPool; service: Service; development: boolean }): Plugin {
  const headNow = fresh(service.now, () => pool.run(null, { house: true }, (tx) => readHead(tx, service.now())).catch(() => null));
  return useRoute('/', service.log, async () => {
    const head = await headNow();
    const chain = head ? `chain <code>${escaped(head.chainId)}</code>, block ${head.checkedHeight}` : 'the index has not begun';
    const rows = ROWS.map(([path, what]) => `<tr><td><code>${path}</code></td><td>${what}</td></tr>`).join('');
    const what = 'The node of a microgrid: sealed meter readings on a chain, proven bills, offline audit.';
    const privacy = "You sign in with the key of your wallet; nobody sees another member's readings or bills.";
    const graphiql = development ? ' Development: <a href="/graphql">GraphiQL</a>.' : '';
    return new Response(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Electra</title><style>${STYLE}</style></head><body>
<h1>Electra</h1><p>${what} Version ${escaped(service.version)}; ${chain}.</p>
<table>${rows}</table><p>${privacy}${graphiql}</p></body></html>
`,
      { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY } },
    );
  });
}
