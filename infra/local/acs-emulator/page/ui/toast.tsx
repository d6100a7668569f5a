import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

type ShowToast = (text: string, kind?: 'good' | 'bad') => void;

const ToastContext = createContext<ShowToast>(() => {});

/** Returns how to show a short message over the page. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

const SHOWN_MILLISECONDS = 4000;

interface Toast {
  readonly text: string;
  readonly kind: 'good' | 'bad';
}

export function ToastProvider({ children }: { readonly children: ComponentChildren }) {
  const [toast, setToast] = useState<Toast | undefined>(undefined);
  const show = useCallback<ShowToast>((text, kind = 'good') => setToast({ text, kind }), []);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(undefined), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <ToastContext.Provider value={show}>
      {children}
      <div class="toasts" role="status">
        {toast && (
          <div class={`toast ${toast.kind}`}>
            <Icon name={toast.kind === 'good' ? 'check' : 'warning'} />
            {toast.text}
          </div>
        )}
      </div>
    </ToastContext.Provider>
  );
}
