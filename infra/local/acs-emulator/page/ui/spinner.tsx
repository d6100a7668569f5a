export function Spinner({ label = 'Loading' }: { readonly label?: string }) {
  return <span class="spinner" role="status" aria-label={label} />;
}

/** The outline of something that is loading. @param lines how many lines it has */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton-line" />
      ))}
    </div>
  );
}
