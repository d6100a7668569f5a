import { useEffect, useState } from 'preact/hooks';
import { getText, messageOf, path, urlOf } from '../../api.ts';
import { EmptyState } from '../../ui/emptyState.tsx';
import { Skeleton } from '../../ui/spinner.tsx';
import { CodeText } from '../parts/codeText.tsx';

type Source = { readonly text: string } | { readonly error: string };

interface EmailSourceProps {
  readonly id: string;
  readonly mailbox: string;
}

/** The message as a mail server would transmit it. */
export function EmailSource({ id, mailbox }: EmailSourceProps) {
  const [source, setSource] = useState<Source | undefined>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    getText(path`items/email/${id}/source`, { mailbox, signal: abort.signal }).then(
      (text) => setSource({ text }),
      (error: unknown) => {
        if (!abort.signal.aborted) setSource({ error: messageOf(error) });
      },
    );
    return () => abort.abort();
  }, [id, mailbox]);
  if (!source) return <Skeleton lines={8} />;
  if ('error' in source) return <EmptyState title="The source cannot be shown">{source.error}</EmptyState>;
  return (
    <CodeText name="Source" text={source.text}>
      <a class="button plain" href={urlOf(path`items/email/${id}/source`, { mailbox })} download={`${id}.eml`}>
        Download
      </a>
    </CodeText>
  );
}
