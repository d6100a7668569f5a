import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../api.ts';
import { Button, IconButton } from './button.tsx';
import { copyText } from './clipboard.ts';
import { useToast } from './toast.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, e.g. `Copy the message id`. */
  readonly label: string;
  /** Shown on the button; without it, the button is an icon. */
  readonly children?: string;
}

const CONFIRMED_MILLISECONDS = 1500;

export function CopyButton({ text, label, children }: CopyButtonProps) {
  const toast = useToast();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    copyText(text).then(
      () => {
        setCopied(true);
        toast('Copied');
      },
      (error: unknown) => toast(messageOf(error), 'bad'),
    );
  };
  const icon = isCopied ? 'check' : 'copy';
  if (children === undefined) return <IconButton label={label} icon={icon} onClick={copy} />;
  return (
    <Button title={label} icon={icon} onClick={copy}>
      {children}
    </Button>
  );
}
