/** Every error has a code. What graphql itself says about variables becomes BAD_USER_INPUT with the variable's name. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { apiErrorOf, isClientError, masked } from '../errors.ts';

/** For yoga's `maskedErrors`: what is not meant for the client is replaced; the path stays. */
export function maskWith(log: Logger) {
  return (error: unknown): Error => {
    if (apiErrorOf(error) || isClientError(error)) return error as Error;
    const { message, extensions } = masked(error, log);
    const located = error instanceof GraphQLError ? error : null;
    return new GraphQLError(message, { nodes: located?.nodes, path: located?.path, extensions });
  };
}

function coded(error: GraphQLError): GraphQLError {
  if (typeof error.extensions?.code === 'string') return error;
  const field = /^Variable "\$(\w+)"/.exec(error.message)?.[1] ?? 'query';
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    path: error.path,
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', field },
  });
}

export function useErrorCodes(count: (code: string) => void): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || !('errors' in result) || !result.errors) return;
      const errors = (result.errors as readonly GraphQLError[]).map(coded);
      for (const error of errors) count(String(error.extensions.code));
      setResult({ ...result, errors });
    },
  };
}
