import { useEffect, useState } from 'preact/hooks';
import { useLive } from '../state/live.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** Says that new items do not arrive at present. */
export function LostBanner() {
  const { state, retryAt, retry } = useLive();
  const seconds = useSecondsUntil(retryAt, state === 'lost');
  return (
    <div role="alert">
      {state === 'lost' && (
        <div class="banner">
          <Icon name="warning" />
          <span>Connection to the emulator lost. What arrives meanwhile will be shown afterwards.</span>
          <span class="banner-wait">{seconds > 0 ? `Next attempt in ${seconds} s` : 'Trying …'}</span>
          <Button onClick={retry}>Try now</Button>
        </div>
      )}
    </div>
  );
}

function useSecondsUntil(time: number, isWanted: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isWanted) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [time, isWanted]);
  return Math.max(Math.ceil((time - now) / 1000), 0);
}
