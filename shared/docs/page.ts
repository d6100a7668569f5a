// Runs in the browser, at /docs.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';

/** A form cannot sign: there is nothing to send, and no key to be asked for. */
const hidden = () => () => null;

SwaggerUI({
  url: 'openapi.json', // beside the page, wherever that is
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null, // it would ask a server on the internet
  supportedSubmitMethods: [],
  defaultModelsExpandDepth: 0,
  plugins: [{ wrapComponents: { AuthorizeBtnContainer: hidden, authorizeOperationBtn: hidden } }],
});
