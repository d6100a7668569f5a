import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ListRow } from './listRow.tsx';
import { offsetsOf, type Row, rowAt, windowOf } from './rows.ts';

interface VirtualListProps {
  readonly label: string;
  readonly rows: readonly Row[];
  /** Changes when the rows are those of another list, which begins on top. */
  readonly listKey: string;
  readonly isTree: boolean;
  /** The key of the row where the keyboard is. */
  readonly active: string | undefined;
  readonly isOpened: (row: Row) => boolean;
  readonly onSelect: (row: Row) => void;
  readonly onScroll: (place: { readonly isOnTop: boolean }) => void;
  /** The last rows are about to come into view. */
  readonly onNearEnd: () => void;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

const NEAR_END_ROWS = 50;

/** A list of which only the rows in view are rendered. Rows that arrive above do not move what is being read. */
export function VirtualList(props: VirtualListProps) {
  const { label, rows, listKey, isTree, active, isOpened, onSelect, onScroll, onNearEnd, scroller } = props;
  const offsets = useMemo(() => offsetsOf(rows), [rows]);
  const { start, end, update } = useWindow(scroller, offsets);
  useStillReading(scroller, rows, offsets, listKey, update);
  useActiveInView(scroller, rows, offsets, active);
  useEffect(() => {
    if (end > rows.length - NEAR_END_ROWS) onNearEnd();
  }, [end, rows.length, onNearEnd]);
  const idOf = (row: Row) => `row-${row.key}`;
  return (
    <div
      ref={scroller}
      class="rows"
      data-list
      {...{ role: isTree ? 'tree' : 'listbox', 'aria-label': label, tabIndex: 0 }}
      {...(rows.slice(start, end).some(({ key }) => key === active) && { 'aria-activedescendant': `row-${active}` })}
      onScroll={({ currentTarget }) => {
        update();
        onScroll({ isOnTop: currentTarget.scrollTop < 2 });
      }}
    >
      <div class="rows-height" role="presentation" style={{ height: `${offsets[rows.length] ?? 0}px` }}>
        {rows.slice(start, end).map((row, index) => (
          <ListRow
            key={row.key}
            row={row}
            id={idOf(row)}
            top={offsets[start + index] ?? 0}
            isInTree={isTree}
            isActive={row.key === active}
            isOpened={isOpened(row)}
            onClick={() => onSelect(row)}
          />
        ))}
      </div>
    </div>
  );
}

/** Which rows are in view. It changes with rows, not with every pixel. */
function useWindow(scroller: RefObject<HTMLDivElement | null>, offsets: Float64Array) {
  const [place, setPlace] = useState({ top: 0, height: 800 });
  const latest = useRef(offsets);
  latest.current = offsets;
  const update = useMemo(
    () => () => {
      const { scrollTop: top = 0, clientHeight: height = 0 } = scroller.current ?? {};
      setPlace((before) => {
        const [old, fresh] = [before, { top, height }].map((it) => windowOf(latest.current, it.top, it.height));
        return old?.start === fresh?.start && old?.end === fresh?.end ? before : { top, height };
      });
    },
    [scroller],
  );
  useLayoutEffect(() => {
    if (!scroller.current) return;
    const observer = new ResizeObserver(update);
    observer.observe(scroller.current);
    update();
    return () => observer.disconnect();
  }, [scroller, update]);
  return { ...windowOf(offsets, place.top, place.height), update };
}

interface Reading {
  readonly rows: readonly Row[];
  readonly offsets: Float64Array;
  readonly listKey: string;
}

/** After rows have changed, scrolls by as much as the first row in view has moved. */
function useStillReading(
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly Row[],
  offsets: Float64Array,
  listKey: string,
  update: () => void,
): void {
  const before = useRef<Reading>({ rows, offsets, listKey });
  useLayoutEffect(() => {
    const element = scroller.current;
    const previous = before.current;
    before.current = { rows, offsets, listKey };
    if (!element) return;
    if (previous.listKey !== listKey) element.scrollTop = 0;
    else if (element.scrollTop > 0) element.scrollTop += movement(previous, before.current, element.scrollTop);
    update();
  }, [rows, offsets, listKey]);
}

const ROWS_LOOKED_FOR = 20;

/** How far a row in view has moved, in pixels. The first ones may have been removed. */
function movement(previous: Reading, present: Reading, scrollTop: number): number {
  const first = rowAt(previous.offsets, scrollTop);
  for (let index = first; index < Math.min(first + ROWS_LOOKED_FOR, previous.rows.length); index += 1) {
    const found = present.rows.findIndex(({ key }) => key === previous.rows[index]?.key);
    if (found >= 0) return (present.offsets[found] ?? 0) - (previous.offsets[index] ?? 0);
  }
  return 0;
}

function useActiveInView(
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly Row[],
  offsets: Float64Array,
  active: string | undefined,
): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    const index = rows.findIndex(({ key }) => key === active);
    if (!element || index < 0) return;
    const [top = 0, bottom = 0] = [offsets[index], offsets[index + 1]];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
  }, [active]);
}
