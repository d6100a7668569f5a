import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import type { StreamMessage } from '../stream.ts';
import { useStreamMessages } from './live.tsx';
import { useThrottled } from './throttled.ts';

const AGAIN_MILLISECONDS = 1000;

/**
 * What a call of the emulator returns, loaded again when something has happened that may change it. Undefined until it is
 * loaded.
 */
export function useResource<Result>(
  name: string,
  mailbox: string,
  isChangedBy: (message: StreamMessage) => boolean,
): Result | undefined {
  const [result, setResult] = useState<{ readonly of: string; readonly value: Result } | undefined>(undefined);
  const load = () => {
    get<Result>(name, { mailbox }).then(
      (value) => setResult({ of: mailbox, value }),
      () => {}, // the banner says that the emulator does not answer
    );
  };
  const loadAgain = useThrottled(load, AGAIN_MILLISECONDS);
  useEffect(load, [name, mailbox]);
  useStreamMessages((message) => {
    if (isChangedBy(message) || message.type === 'hello') loadAgain();
  });
  return result?.of === mailbox ? result.value : undefined;
}
