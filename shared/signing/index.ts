// The public export `acs-switchboard/signing`. Inside the project, import the modules directly.
export { importKey, type RequestToSign, type SignatureHeaders, type SigningKey, sign } from './sign.ts';
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
