export function ApiView() {
  return <h1>API</h1>;
}
