import { useEffect, useState } from 'preact/hooks';
import { get, messageOf, urlOf } from '../api.ts';
import { useNavigation } from '../state/navigation.tsx';
import { EmptyState } from '../ui/emptyState.tsx';
import { Icon } from '../ui/icon.tsx';
import { Skeleton } from '../ui/spinner.tsx';
import './api.css';
import { groupsOf, type OpenApiDocument } from './openApi.ts';
import { OperationView, Prose } from './operationView.tsx';

/** The reference of the inspection API, as the emulator describes it. */
export function ApiView() {
  const { mailbox } = useNavigation().route;
  const [document, setDocument] = useState<OpenApiDocument | undefined>(undefined);
  const [error, setError] = useState('');
  useEffect(() => {
    get<OpenApiDocument>('openapi.json', { mailbox }).then(setDocument, (reason: unknown) =>
      setError(messageOf(reason)),
    );
  }, [mailbox]);
  if (error) return <EmptyState icon="warning" title={error} />;
  return document ? <Reference document={document} mailbox={mailbox} /> : <Skeleton lines={8} />;
}

function Reference({ document, mailbox }: { readonly document: OpenApiDocument; readonly mailbox: string }) {
  const [filter, setFilter] = useState('');
  const groups = groupsOf(document, filter);
  return (
    <div class="api">
      <header class="api-head">
        <h1>API</h1>
        <a class="button plain" href={urlOf('openapi.json', { mailbox })} download="acs-emulator.openapi.json">
          <Icon name="download" />
          openapi.json
        </a>
      </header>
      <div class="api-about">
        {document.info.description && <Prose text={document.info.description} />}
        <Prose text={`Every call takes \`?mailbox=\`; without it, it is about \`default\`. Here: \`${mailbox}\`.`} />
      </div>
      <input
        class="api-filter"
        type="search"
        aria-label="Filter the calls"
        placeholder="Filter, such as faults or wait"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      {groups.length === 0 && <EmptyState icon="search" title="No call matches" />}
      {groups.map(({ name, description, operations }) => (
        <section key={name} class="api-group" aria-label={name}>
          <h2>{name}</h2>
          <p>{description}</p>
          <div class="operations">
            {operations.map((operation) => (
              <OperationView
                key={`${mailbox} ${operation.operationId}`}
                operation={operation}
                document={document}
                mailbox={mailbox}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
