/**
 * The index: which chain, from which block, which message goes to which handler. A SubQuery Cosmos manifest (specVersion 1.0.0).
 *
 * The node's own runtime (src/node/indexer) reads `dataSources` from here and takes the chain from its arguments; stock SubQuery also reads
 * `network`, from the project that `npm run build:subquery` makes of this one (scripts/subquery.ts), the handlers in dist/mappings.cjs.
 * Entities: schema.graphql. Handlers: mappings/. Only sealed bytes pass here.
 */
import { MAIN_MESSAGES, MAIN_PACKAGES, type MainModule } from './src/protocol/messages/main-table.ts';
import { MESSAGES, MESSAGES_PACKAGE, MESSAGES_PROTO } from './src/protocol/messages/table.ts';

/** The shape of CosmosProject in @subql/types-cosmos, as far as it is used: that package alone would pull in a hundred others. */
export interface CosmosProject {
  specVersion: '1.0.0';
  name: string;
  version: string;
  description: string;
  runner: { node: { name: '@subql/node-cosmos'; version: string }; query: { name: '@subql/query'; version: string } };
  schema: { file: string };
  network: { chainId: string; endpoint: string[]; chaintypes: Map<string, { file: string; messages: string[] }> };
  dataSources: DataSource[];
}

export interface DataSource {
  kind: 'cosmos/Runtime';
  startBlock: number;
  mapping: { file: string; handlers: Handler[] };
}

export type Handler =
  | { kind: 'cosmos/MessageHandler'; handler: string; filter: { type: string } }
  | { kind: 'cosmos/EventHandler'; handler: string; filter: { type: string } };

const MODULES: readonly Exclude<MainModule, 'bank'>[] = ['settlement', 'electra', 'register'];

/**
 * Which file has a package's messages. The bank's are known to every Cosmos node. A message within messages has to be named too where it is
 * of another file: stock SubQuery follows no import.
 */
const CHAINTYPES = new Map([
  [MESSAGES_PACKAGE, { file: MESSAGES_PROTO, messages: MESSAGES.map(({ name }) => `Msg${name}`) }],
  [`${MESSAGES_PACKAGE}.types`, { file: './chain/proto/electra/meter/v1/types.proto', messages: ['Evidence', 'LightValidator'] }],
  ...MODULES.map((module): [string, { file: string; messages: string[] }] => [
    MAIN_PACKAGES[module],
    {
      file: `./chain/proto/electra/${module}/v1/tx.proto`,
      messages: MAIN_MESSAGES.filter((message) => message.module === module).map(({ name }) => `Msg${name}`),
    },
  ]),
]);

const project: CosmosProject = {
  specVersion: '1.0.0',
  name: 'electra',
  version: '0.1.0',
  description: 'Sealed meter readings, commitments, rosters and anchors of an Electra microgrid',
  runner: {
    node: { name: '@subql/node-cosmos', version: '>=5.4.0' },
    query: { name: '@subql/query', version: '>=2.0.0' },
  },
  schema: { file: './schema.graphql' },
  network: {
    chainId: process.env.ELECTRA_CHAIN_ID ?? 'electra-rural-00000000',
    endpoint: (process.env.ELECTRA_RPC ?? 'http://127.0.0.1:26657').split(','),
    chaintypes: CHAINTYPES,
  },
  dataSources: [
    {
      kind: 'cosmos/Runtime',
      startBlock: 1,
      mapping: {
        file: './dist/mappings.cjs',
        handlers: [
          ...[...MESSAGES, ...MAIN_MESSAGES].map(
            ({ handler, typeUrl }): Handler => ({ kind: 'cosmos/MessageHandler', handler, filter: { type: typeUrl } }),
          ),
          { kind: 'cosmos/EventHandler', handler: 'handleRosterFrozen', filter: { type: 'electra.roster_frozen' } },
          { kind: 'cosmos/EventHandler', handler: 'handleValidatorChange', filter: { type: 'electra.validator_change' } },
          { kind: 'cosmos/EventHandler', handler: 'handleOperatorRotated', filter: { type: 'electra.operator_rotated' } },
          { kind: 'cosmos/EventHandler', handler: 'handleRoleRotated', filter: { type: 'electra.role_rotated' } },
          { kind: 'cosmos/EventHandler', handler: 'handleRegisterDecided', filter: { type: 'electra.register_decided' } },
          { kind: 'cosmos/EventHandler', handler: 'handleSuspended', filter: { type: 'electra.suspended' } },
        ],
      },
    },
  ],
};

export default project;
