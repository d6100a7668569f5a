import type { ButtonHTMLAttributes } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type ButtonProps = ButtonHTMLAttributes & { readonly kind?: 'plain' | 'primary' | 'danger'; readonly icon?: IconName };

export function Button({ kind = 'plain', icon, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} class={`button ${kind} ${rest.class ?? ''}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes, 'label'> & { readonly label: string; readonly icon: IconName };

/** A button without text: the label is read to people who do not see the icon, and shown when pointing at it. */
export function IconButton({ label, icon, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} {...rest} class={`icon-button ${rest.class ?? ''}`}>
      <Icon name={icon} />
    </button>
  );
}
