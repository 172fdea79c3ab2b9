/** The API as a fetch handler, without a port: plugins in the order in which they see a request. */
import { readFileSync } from 'node:fs';
import type { Plugin, YogaServerInstance } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { CommunityFacts, MainMarket, Service } from './context.ts';
import { TrustedProxies } from './door/addresses.ts';
import type { ConnectionLimits } from './door/connections.ts';
import { Connections } from './door/connections.ts';
import type { ClientLimits } from './door/gate.ts';
import { Gate } from './door/gate.ts';
import { KnownSessions } from './door/known-sessions.ts';
import { RateLimiter } from './door/rate-limit.ts';
import { listenForHints } from './hints/listen.ts';
import { type StreamLimits, Streams } from './hints/streams.ts';
import type { ServerContext } from './http.ts';
import { LIMITS } from './limits.ts';
import { makeMetrics, metricsText } from './metrics.ts';
import type { Built } from './pages/built.ts';
import { usePages } from './pages/use-pages.ts';
import { publicOrigin } from './passkeys/origin.ts';
import { type BundleSource, useBundles } from './plugins/use-bundles.ts';
import { maskWith, useErrorCodes } from './plugins/use-error-codes.ts';
import { useExport } from './plugins/use-export.ts';
import { useGraphqlOnly } from './plugins/use-graphql-only.ts';
import { useHeaders } from './plugins/use-headers.ts';
import { useHealth } from './plugins/use-health.ts';
import { useHome } from './plugins/use-home.ts';
import { useIdentity } from './plugins/use-identity.ts';
import { useIntrospection } from './plugins/use-introspection.ts';
import { useLimits } from './plugins/use-limits.ts';
import { useMetrics } from './plugins/use-metrics.ts';
import { useOwnFiles } from './plugins/use-own-files.ts';
import { usePageBudget } from './plugins/use-page-budget.ts';
import { useRoute } from './plugins/use-route.ts';
import { ViewerPool } from './pool.ts';
import { makeSchema, SDL } from './schema.ts';

export interface ApiOptions {
  /** postgres://electra_api:… */
  databaseUrl: string;
  log: Logger;
  /** The main chain on which the community shares: its index's database, by the same role, and who the community is there. */
  main?: { databaseUrl: string } & Omit<MainMarket, 'pool'>;
  /** Refuse an index of any other chain. */
  chainId?: string;
  /** GraphiQL on /graphql. */
  development?: boolean;
  /** The name of this service in the text that wallets sign; best its public host name. */
  service?: string;
  /** Beyond this age of the last indexed block, /ready says no. */
  lagLimitS?: number;
  /** Requests that read the database at once. */
  slots?: number;
  /** Reverse proxies of one's own, whose X-Forwarded-For is believed: addresses, networks, `loopback`, `private`, by commas. */
  trustProxy?: string;
  /** Other limits than those of the service; for measuring what they are good for. */
  limits?: { clients?: ClientLimits; connections?: ConnectionLimits; streams?: StreamLimits };
  /** What the community says of itself. Default: UTC, ELECTRA. */
  facts?: CommunityFacts;
  /** Where the pages are, as https://grid.example: passkeys are bound to its host. Without one there are none. */
  origin?: string;
  /** The built pages (web/dist); without them `/` says what runs here. */
  pages?: Built | null;
  /** Whoever makes the bundles of released days; without one there is no /bundle. */
  bundles?: BundleSource;
  /** Milliseconds since 1970; for tests. */
  now?: () => number;
}

export interface Api {
  yoga: YogaServerInstance<ServerContext, object>;
  pool: ViewerPool;
  gate: Gate;
  connections: Connections;
  streams: Streams;
  metricsText: () => Promise<string>;
  metricsType: string;
  close(): Promise<void>;
}

const ENDPOINT = '/graphql';
/** Requests that read the index of the main chain at once. */
const MAIN_SLOTS = 2;
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };

interface PluginParts extends Required<Pick<ApiOptions, 'pages' | 'development'>>, Pick<ApiOptions, 'bundles'> {
  pool: ViewerPool;
  service: Service;
  metrics: ReturnType<typeof makeMetrics>;
}

/** In the order in which they see a request. */
const pluginsOf = ({ pool, service, metrics, bundles, pages, development }: PluginParts): Plugin<ServerContext>[] => [
  useHeaders({ endpoint: ENDPOINT, development }),
  useMetrics(metrics),
  ...useHealth({ pool, service }),
  ...useExport({ pool, service }),
  ...useOwnFiles({ pool, service }),
  ...(bundles ? [useBundles(bundles, service)] : []),
  useRoute('/schema.graphql', service.log, () => new Response(SDL, { headers: { 'content-type': 'text/plain; charset=utf-8' } })),
  ...(pages ? [usePages(pages, ENDPOINT)] : [useHome({ pool, service, development })]),
  useGraphqlOnly(ENDPOINT),
  useIntrospection(development),
  ...useLimits(),
  usePageBudget(),
  useIdentity({ pool, service }),
  useErrorCodes((code) => metrics.errors.inc({ code })),
];

export function makeApi({
  databaseUrl,
  main,
  log,
  chainId,
  development = false,
  service: name = 'electra',
  lagLimitS = 60,
  slots = 8,
  trustProxy,
  limits: { clients = LIMITS, connections: connectionLimits = LIMITS.connections, streams: streamLimits = LIMITS.streams } = {},
  facts = { timeZone: 'UTC', currency: 'ELECTRA' },
  origin,
  pages = null,
  bundles,
  now = Date.now,
}: ApiOptions): Api {
  const metrics = makeMetrics();
  const sessions = new KnownSessions();
  const proxies = new TrustedProxies(trustProxy);
  const pool = new ViewerPool({ url: databaseUrl, slots, sessions });
  const mainPool = main && new ViewerPool({ url: main.databaseUrl, slots: MAIN_SLOTS });
  const connections = new Connections(connectionLimits, proxies);
  const gate = new Gate({ limits: clients, connections, proxies, sessions, now, refused: metrics.refused });
  const streams = new Streams(streamLimits, () => pool.waiting >= slots);
  const service: Service = {
    name,
    version,
    chainId,
    lagLimitS,
    facts,
    main: main && mainPool ? { ...main, pool: mainPool } : null,
    place: origin === undefined ? null : publicOrigin(origin),
    log,
    now,
    signIns: metrics.signIns,
    limiter: new RateLimiter({ ...LIMITS.signIn, clients: LIMITS.clients }),
    streams,
  };
  const stopListening = listenForHints(streams, { databaseUrl, pool, log });
  const yoga = createYoga<ServerContext, object>({
    schema: makeSchema(),
    graphqlEndpoint: ENDPOINT,
    healthCheckEndpoint: '/health/graphql',
    landingPage: false,
    graphiql: development,
    cors: false,
    multipart: false,
    batching: false,
    logging: false,
    maxRequestBodySize: LIMITS.bodyBytes,
    maskedErrors: { maskError: maskWith(log) },
    plugins: pluginsOf({ pool, service, metrics, bundles, pages, development }),
  });
  return {
    yoga,
    pool,
    gate,
    connections,
    streams,
    metricsText: metricsText(metrics, { pool, service, connections, streams }),
    metricsType: metrics.registry.contentType,
    close: async () => {
      await stopListening();
      await Promise.all([pool.close(), mainPool?.close()]);
    },
  };
}
