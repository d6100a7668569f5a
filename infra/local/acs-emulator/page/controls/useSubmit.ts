import { useState } from 'preact/hooks';
import { ApiError, messageOf } from '../api.ts';

/** An error of a form: its message belongs to the field, if that is known. */
export interface FormError {
  readonly field: string;
  readonly message: string;
}

/** Runs a call of a form. What the emulator refuses is kept with the field that it names. */
export function useSubmit() {
  const [error, setError] = useState<FormError | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const submit = (call: () => Promise<void>) => {
    const end = (result: FormError | undefined) => {
      setError(result);
      setBusy(false);
    };
    setBusy(true);
    call().then(
      () => end(undefined),
      (reason: unknown) =>
        end({ field: (reason instanceof ApiError && reason.target) || '', message: messageOf(reason) }),
    );
  };
  return { error, isBusy, submit };
}
