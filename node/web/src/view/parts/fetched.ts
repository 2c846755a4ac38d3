// What a dialog fetches when it opens, and again when `key` is another one.
import { useEffect, useState } from 'preact/hooks';
import { explain } from '../../app/store';

interface Fetched<T> {
  readonly found?: T;
  /** What went wrong, in words. */
  readonly problem?: string;
}

export function useFetched<T>(fetch: () => Promise<T>, key: string): Fetched<T> {
  const [state, setState] = useState<Fetched<T>>({});
  useEffect(() => {
    let current = true;
    fetch().then(
      (found) => current && setState({ found }),
      (error: unknown) => current && setState((before) => ({ ...before, problem: explain(error) })),
    );
    return () => {
      current = false;
    };
  }, [key]);
  return state;
}
