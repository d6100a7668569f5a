export function ControlsView({ mailbox }: { readonly mailbox: string }) {
  return <h1>Controls of {mailbox}</h1>;
}
