import { useContext, useState } from 'preact/hooks';
import { send } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { relativeTime } from '../ui/relativeTime.ts';
import { NowContext } from '../ui/time.tsx';
import { FormFailure, Section } from './parts.tsx';
import { limitsOf, limitTitle, type Quotas, type QuotaUsage, quotasOf } from './quotas.ts';
import { QuotasDialog } from './quotasDialog.tsx';
import { useSetting } from './useSetting.ts';

/** How much of each limit is used now. */
export function QuotasSection({ mailbox }: { readonly mailbox: string }) {
  const quotas = useSetting<Quotas>('quotas', mailbox, ['quotas']);
  const usage = useSetting<{ readonly value: readonly QuotaUsage[] }>('quotas/usage', mailbox, [
    'quotas',
    'requests',
    'clock',
  ]);
  const now = useContext(NowContext);
  const [isEditing, setEditing] = useState(false);
  const gauges = usage.value?.value;
  const failure = quotas.error || usage.error;
  return (
    <Section
      title="Quotas"
      about="Above these limits, requests are answered with 429 and Retry-After."
      actions={
        <Button disabled={!quotas.value} onClick={() => setEditing(true)}>
          Edit limits
        </Button>
      }
    >
      {gauges?.length === 0 && <p class="control-empty">No limits are set: nothing is answered with 429.</p>}
      <ul class="gauges">
        {gauges?.map((gauge) => (
          <Gauge key={`${gauge.quota} ${gauge.sender ?? ''}`} usage={gauge} now={now} />
        ))}
      </ul>
      {failure && <FormFailure error={{ field: '', message: failure }} />}
      {isEditing && quotas.value && (
        <QuotasDialog
          limits={limitsOf(quotas.value)}
          onSave={async (limits) => {
            quotas.set(await send<Quotas>('PUT', 'quotas', { mailbox }, quotasOf(limits)));
            usage.reload();
          }}
          onClose={() => setEditing(false)}
        />
      )}
    </Section>
  );
}

interface GaugeProps {
  readonly usage: QuotaUsage;
  /** By the emulator's clock, in epoch milliseconds. */
  readonly now: number;
}

function Gauge({ usage: { quota, sender, limit, used, windowSeconds, resetsAt }, now }: GaugeProps) {
  const title = limitTitle(quota);
  const isOver = resetsAt !== undefined && Date.parse(resetsAt) <= now;
  const shown = isOver ? 0 : used;
  const share = limit === 0 ? 1 : Math.min(shown / limit, 1);
  const level = share >= 1 ? 'full' : share >= 0.8 ? 'high' : '';
  return (
    <li class={`gauge ${level}`}>
      <span class="gauge-title">
        {title}
        {sender !== undefined && !quota.endsWith(sender) && <code>{sender}</code>}
      </span>
      <span class="gauge-numbers">
        <strong>{shown}</strong> of {limit} in {spanText(windowSeconds)}
        {resetsAt !== undefined && !isOver && `, free ${relativeTime(Date.parse(resetsAt), now)}`}
      </span>
      <meter min={0} max={Math.max(limit, 1)} value={limit === 0 ? 1 : shown} aria-label={title} />
    </li>
  );
}

function spanText(seconds: number): string {
  if (seconds === 60) return '1 minute';
  return seconds === 3600 ? '1 hour' : `${seconds} seconds`;
}
