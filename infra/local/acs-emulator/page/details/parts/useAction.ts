import { useCallback, useState } from 'preact/hooks';
import { messageOf } from '../../api.ts';
import { useToast } from '../../ui/toast.tsx';

interface Action {
  readonly isRunning: boolean;
  /** Runs a call once at a time, and shows that it succeeded, or why it did not. */
  readonly run: (call: () => Promise<unknown>, success: string, onSuccess?: () => void) => void;
}

/** For changes that a control makes. */
export function useAction(): Action {
  const toast = useToast();
  const [isRunning, setRunning] = useState(false);
  const run = useCallback<Action['run']>(
    (call, success, onSuccess) => {
      setRunning(true);
      call()
        .then(
          () => {
            toast(success);
            onSuccess?.();
          },
          (error: unknown) => toast(messageOf(error), 'bad'),
        )
        .finally(() => setRunning(false));
    },
    [toast],
  );
  return { isRunning, run };
}
