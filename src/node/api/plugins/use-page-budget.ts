/**
 * How many values an operation asks for: pages multiply what is inside them. graphql-armor counts a page's size only where it is written in
 * the document, not where it comes in a variable; here the real variables are known. Lists without pages say their size by @size in the
 * SDL.
 */
import type { DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLCompositeType, GraphQLSchema, SelectionSetNode } from 'graphql';
import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
  typeFromAST,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ApiError } from '../errors.ts';
import type { ServerContext } from '../http.ts';
import { LIMITS } from '../limits.ts';

interface Scope {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
  /** A fragment counts the same wherever it is spread: counted once, or nested spreads would take exponential time. */
  counted: Map<string, number>;
  variables: Record<string, unknown>;
}

/** Values that the operation asks for; null where its variables do not fit, which execution will say better. */
function countValues(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variableValues: Record<string, unknown>,
): number | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues);
  const root = schema.getRootType(operation.operation);
  if (!coerced || !root) return null;
  const fragments = new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));
  return ofSelection(operation.selectionSet, root, { schema, fragments, counted: new Map(), variables: coerced });
}

function ofSelection(selection: SelectionSetNode, parent: GraphQLCompositeType, scope: Scope): number {
  return selection.selections.reduce((total, node) => {
    if (node.kind === Kind.FIELD) return total + ofField(node, parent, scope);
    if (node.kind === Kind.FRAGMENT_SPREAD) return total + ofFragment(node.name.value, scope);
    const type = node.typeCondition ? (typeFromAST(scope.schema, node.typeCondition) as GraphQLCompositeType) : parent;
    return total + ofSelection(node.selectionSet, type, scope);
  }, 0);
}

function ofFragment(name: string, scope: Scope): number {
  const known = scope.counted.get(name);
  if (known !== undefined) return known;
  const fragment = scope.fragments.get(name);
  const type = fragment && typeFromAST(scope.schema, fragment.typeCondition);
  const count = fragment && type ? ofSelection(fragment.selectionSet, type as GraphQLCompositeType, scope) : 0;
  scope.counted.set(name, count);
  return count;
}

function ofField(node: FieldNode, parent: GraphQLCompositeType, scope: Scope): number {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  if (!field) return 1; // __typename; introspection has its own rule (use-introspection.ts)
  const { first } = getArgumentValues(field, node, scope.variables);
  const size = field.astNode && getDirectiveValues(scope.schema.getDirective('size')!, field.astNode)?.of;
  const times = typeof size === 'number' ? size : typeof first === 'number' ? Math.max(first, 1) : 1;
  return times * (1 + (node.selectionSet ? ofSelection(node.selectionSet, getNamedType(field.type) as GraphQLCompositeType, scope) : 0));
}

export function usePageBudget(): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const count = countValues(
        args.schema,
        args.document,
        args.operationName ?? undefined,
        (args.variableValues ?? {}) as Record<string, unknown>,
      );
      (args.contextValue as ServerContext).spend?.((count ?? 0) / LIMITS.valuesPerCost);
      if (count === null || count <= LIMITS.values) return;
      setResultAndStopExecution({
        errors: [
          new ApiError(
            'BAD_USER_INPUT',
            `query: expected at most ${LIMITS.values} values, this asks for up to ${count}: take shorter pages or fewer fields`,
            { field: 'query', whole: true },
          ),
        ],
      });
    },
  };
}
