/**
 * Who may read which field: the directive @needs of the SDL, enforced here for every field of every type. A type that forgets to say keeps
 * the server from starting, so forgetting is not a way to publish.
 */
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { defaultFieldResolver, getDirectiveValues, isIntrospectionType, isObjectType } from 'graphql';
import type { Context } from './context.ts';
import { ApiError, unauthenticated } from './errors.ts';
import type { Role } from './pool.ts';

export type Access = 'ANYONE' | 'SIGNED_IN' | Role;

/** What a field (or its type) needs; null if neither says. */
function needsOf(schema: GraphQLSchema, type: GraphQLObjectType, field?: string): readonly Access[] | null {
  const directive = schema.getDirective('needs')!;
  const own = field === undefined ? undefined : type.getFields()[field].astNode;
  const found = (own && getDirectiveValues(directive, own)) ?? (type.astNode && getDirectiveValues(directive, type.astNode));
  return (found?.any as Access[] | undefined) ?? null;
}

const allowed = (needs: readonly Access[], { tx: { viewer } }: Context): boolean =>
  needs.includes('ANYONE') || (viewer !== null && (needs.includes('SIGNED_IN') || viewer.roles.some((role) => needs.includes(role))));

function refuse(needs: readonly Access[], { tx: { viewer } }: Context): never {
  if (!viewer) throw unauthenticated('sign in first');
  throw new ApiError('FORBIDDEN', `this is for ${needs.map((need) => `the role ${need}`).join(' or ')}`);
}

/** Puts the guard before every field. @throws Error naming a field that says nothing. */
export function guard(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      const needs = needsOf(schema, type, name);
      if (!needs) throw new Error(`${type.name}.${name} does not say who may read it (@needs)`);
      if (needs.includes('ANYONE')) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Context, info) =>
        allowed(needs, context) ? resolve(source, args, context, info) : refuse(needs, context);
    }
  }
  return schema;
}

/** Whether the viewer may read objects of a type at all. */
export function mayRead({ schema }: { schema: GraphQLSchema }, typeName: string, context: Context): boolean {
  const type = schema.getType(typeName);
  return isObjectType(type) && allowed(needsOf(schema, type) ?? [], context);
}
