import type { ComponentChildren } from 'preact';
import type { RequestItem } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { type Fault, faultSentence } from '../controls/faults.ts';
import { formatRoute, itemHref, parseRoute } from '../route.ts';
import { Badge } from '../ui/badge.tsx';
import { CopyButton } from '../ui/copyButton.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { curlOf } from './request/curl.ts';
import { RawMessage } from './request/rawMessage.tsx';
import './request/request.css';
import { SignatureDiff } from './request/signatureDiff.tsx';

interface RequestDetailProps {
  readonly item: RequestItem;
  readonly mailbox: string;
}

/** A request as it arrived and was answered, what it caused, and why it was refused. */
export function RequestDetail({ item, mailbox }: RequestDetailProps) {
  const { method, target, status, signature, answer, request } = item;
  const curl = curlOf(item, location.origin);
  return (
    <article class="request">
      <header class="request-head">
        <h2>
          <span class="request-method">{method}</span> <span class="request-target">{target}</span>
        </h2>
        <CopyButton text={curl} label="Copy as curl; the authorization is left to you">
          Copy as curl
        </CopyButton>
      </header>
      <Facts item={item} />
      {signature && <SignatureDiff diagnosis={signature} />}
      <Notes item={item} mailbox={mailbox} />
      <Created items={item.items} mailbox={mailbox} />
      <div class="request-messages">
        <RawMessage title="Request" start={`${method} ${target}`} message={request} />
        {answer ? (
          <RawMessage title="Answer" start={`HTTP ${status}`} message={answer} />
        ) : (
          <section class="raw" aria-label="Answer">
            <h3>Answer</h3>
            <p class="raw-empty">
              {status === 'timeout' ? 'None: the client was left waiting.' : 'None: the connection was reset.'}
            </p>
          </section>
        )}
      </div>
    </article>
  );
}

function Facts({ item }: { readonly item: RequestItem }) {
  const { status, durationMilliseconds, operation, errorCode, clientRequestId, at } = item;
  return (
    <dl class="request-facts">
      <Fact name="Status">
        <Badge status={status} />
      </Fact>
      {errorCode !== undefined && <Fact name="Error">{errorCode}</Fact>}
      <Fact name="Operation">{operation ?? 'None has this path'}</Fact>
      <Fact name="Duration">{durationText(durationMilliseconds)}</Fact>
      <Fact name="Received">
        <Time at={at} />
      </Fact>
      {clientRequestId !== undefined && (
        <Fact name="Client request id">
          <code>{clientRequestId}</code>
          <CopyButton text={clientRequestId} label="Copy the client request id" />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function durationText(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

function Notes({ item: { fault, isRepeat }, mailbox }: RequestDetailProps) {
  return (
    <>
      {isRepeat && (
        <Note icon="group">
          <strong>Repeat.</strong> The id of this request was known, so it had no effect: the answer is that of the
          first request.
        </Note>
      )}
      {fault && (
        <Note icon="controls">
          <strong>A fault struck:</strong> {faultSentence(fault as unknown as Fault)}.{' '}
          <a href={formatRoute({ ...parseRoute(''), view: 'controls', mailbox })}>Change faults</a>
        </Note>
      )}
    </>
  );
}

function Note({ icon, children }: { readonly icon: IconName; readonly children: ComponentChildren }) {
  return (
    <div class="request-note">
      <Icon name={icon} />
      <p>{children}</p>
    </div>
  );
}

function Created({ items, mailbox }: Pick<RequestItem, 'items'> & { readonly mailbox: string }) {
  if (items.length === 0) return null;
  return (
    <nav class="request-created" aria-label="What this request created">
      <span>Created</span>
      {items.map((item) => (
        <a key={`${item.channel} ${item.id}`} class="chip" href={itemHref(item, mailbox)}>
          <Icon name={item.channel} />
          {CHANNEL_TITLES[item.channel]} <code>{item.id}</code>
        </a>
      ))}
    </nav>
  );
}
