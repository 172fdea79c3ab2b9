/** The SDL of schema/*.graphql with its resolvers and the guard in front of each field. */
import { readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { guard } from './guard.ts';
import { resolvers } from './resolvers/index.ts';

/** As it is read by people and programs; whoever asks for the schema is given this. */
export const SDL = ['common', 'access', 'member', 'audit', 'operation', 'board', 'installing', 'notices', 'market', 'balance']
  .map((name) => readFileSync(new URL(`./schema/${name}.graphql`, import.meta.url), 'utf8'))
  .join('\n');

export const makeSchema = (): GraphQLSchema =>
  guard(
    createSchema({ typeDefs: SDL, resolvers: resolvers as never, resolverValidationOptions: { requireResolversToMatchSchema: 'error' } }),
  );
