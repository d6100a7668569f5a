// The public export `acs-switchboard/signing`. Inside the project, import the modules directly.
export type { RequestToSign, SignatureHeaders } from './composition.ts';
export { importKey, type SigningKey, sign } from './sign.ts';
export {
  type BodyVerification,
  type DifferingPart,
  type HeadersVerification,
  type ReceivedHeaders,
  type ReceivedRequest,
  type Refusal,
  type Verification,
  verify,
  verifyBody,
  verifyHeaders,
} from './verify.ts';
