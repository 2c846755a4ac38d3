// Runs a request of a screen and remembers what went wrong, in words.
import { useState } from 'preact/hooks';
import { explain } from '../../app/store';

interface Order {
  readonly problem: string | undefined;
  readonly busy: boolean;
  /** True if it went well. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useOrder(): Order {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(explain(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { problem, busy, run };
}
