import { useNavigation } from '../state/navigation.tsx';
import { useOutbox } from '../state/outbox.tsx';
import { Icon } from '../ui/icon.tsx';

/** Shown as soon as another mailbox exists. */
export function MailboxSelect() {
  const { route, navigate } = useNavigation();
  const { mailboxes } = useOutbox();
  const names = mailboxes.map(({ name }) => name);
  if (!names.includes(route.mailbox)) names.push(route.mailbox);
  if (names.length < 2) return null;
  return (
    <label class="mailbox-select">
      <Icon name="mailbox" />
      <span class="visually-hidden">Mailbox</span>
      <select
        value={route.mailbox}
        onChange={({ currentTarget: { value } }) =>
          navigate(({ item, ...it }) => ({ ...it, search: '', mailbox: value }))
        }
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
