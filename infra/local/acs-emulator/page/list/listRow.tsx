import type { ItemSummary } from '../../inspection/items.ts';
import { CHANNEL_TITLES } from '../channels.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { optionProps } from '../ui/option.ts';
import { shortId } from '../ui/shortId.ts';
import { Time } from '../ui/time.tsx';
import { textOf } from './itemText.ts';
import { type GroupRow, heightOf, type ItemRow, type Row } from './rows.ts';

interface ListRowProps {
  readonly row: Row;
  readonly id: string;
  readonly top: number;
  /** Of a tree, whose first level are the groups. */
  readonly isInTree: boolean;
  /** Where the keyboard is. */
  readonly isActive: boolean;
  /** The item is open. */
  readonly isOpened: boolean;
  readonly onClick: () => void;
}

export function ListRow(props: ListRowProps) {
  const { row, id, top, isInTree, isActive, isOpened, onClick } = props;
  return (
    <div
      {...optionProps({ id, role: isInTree ? 'treeitem' : 'option', isSelected: isOpened, onPick: onClick })}
      class={`row ${row.kind} ${isActive ? 'active' : ''} ${isOpened ? 'opened' : ''}`}
      style={{ transform: `translateY(${top}px)`, height: `${heightOf(row)}px` }}
      title={row.kind === 'item' && row.item.channel === 'identity' ? row.item.id : undefined}
      {...{ 'aria-posinset': row.position, 'aria-setsize': row.size }}
      {...(isInTree && { 'aria-level': row.kind === 'group' ? 1 : 2 })}
      {...(row.kind === 'group' && { 'aria-expanded': row.isOpen })}
    >
      {row.kind === 'item' ? <ItemCells row={row} /> : <GroupCells row={row} />}
    </div>
  );
}

function GroupCells({ row }: { readonly row: GroupRow }) {
  return (
    <>
      <Icon name="chevron" />
      <span class="row-title" title={row.name}>
        {shortId(row.name)}
      </span>
      <span class="count">{row.count.toLocaleString()}</span>
    </>
  );
}

function ItemCells({ row: { item } }: { readonly row: ItemRow }) {
  const { title, lead, preview } = textOf(item);
  return (
    <>
      <ChannelIcon item={item} />
      <span class={`row-title ${item.channel === 'identity' || item.channel === 'request' ? 'is-code' : ''}`}>
        {title}
      </span>
      <Time at={item.at} />
      <span class="row-text">
        {lead && <b>{lead}</b>} {preview}
      </span>
      {item.status && <Badge status={item.status} />}
    </>
  );
}

function ChannelIcon({ item: { channel, direction } }: { readonly item: ItemSummary }) {
  const isReceived = direction === 'received';
  return (
    <span class="row-icon" title={isReceived ? 'Received by one of your numbers' : CHANNEL_TITLES[channel]}>
      <Icon name={isReceived ? 'received' : channel} />
      <span class="visually-hidden">{isReceived ? 'Received SMS' : CHANNEL_TITLES[channel]}</span>
    </span>
  );
}
