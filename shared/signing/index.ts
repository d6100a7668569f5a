// The package's public export `acs-switchboard/signing`; inside the project, import the modules themselves.
export { importKey, type SigningKey } from './keys.ts';
export { type RequestToSign, type SignatureHeaders, sign } from './sign.ts';
export { type DifferingPart, type ReceivedRequest, type Verification, verify } from './verify.ts';
