// The package's public export `acs-switchboard/signing`; inside the project, import the modules themselves.
export { importKey, type SigningKey } from './keys.ts';
export { type RequestToSign, type SignatureHeaders, sign } from './sign.ts';
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
