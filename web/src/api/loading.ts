/**
 * A block of data with the states that a reader sees: loading, there, stale (there, and the last question was not answered), or in trouble.
 * Numbers that were there stay where they are while new ones are asked for.
 */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, type Trouble } from './client.ts';
import { answered, refreshed } from './refresh.ts';

export interface Loaded<T> {
  data: T | null;
  /** when `data` was answered, ms since 1970 */
  atMs: number | null;
  trouble: Trouble | null;
  loading: boolean;
}

const asTrouble = (error: unknown): Trouble => {
  if (error instanceof ApiTrouble) return error.trouble;
  throw error;
};

/** Asks when `key` changes, and at each refresh. */
export function useLoaded<T>(key: string, question: () => Promise<T>): Signal<Loaded<T>> {
  const state = useSignal<Loaded<T>>({ data: null, atMs: null, trouble: null, loading: true });
  const turn = refreshed.value;
  useEffect(() => {
    let current = true;
    state.value = { ...state.value, loading: true };
    question()
      .then((data) => ({ data, atMs: Date.now(), trouble: null, loading: false }))
      .catch((error) => ({ ...state.value, trouble: asTrouble(error), loading: false }))
      .then((next) => {
        if (current) state.value = next;
        answered.value = true;
      });
    return () => {
      current = false;
    };
  }, [key, turn]);
  return state;
}
