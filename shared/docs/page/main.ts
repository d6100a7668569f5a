// Runs in the browser, at /docs.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';

/** The page cannot sign requests, so it neither sends any nor asks for a key. */
const hidden = () => () => null;

SwaggerUI({
  url: 'openapi.json', // relative to the page
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null, // a validator would be a server on the internet
  supportedSubmitMethods: [],
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  plugins: [{ wrapComponents: { AuthorizeBtnContainer: hidden, authorizeOperationBtn: hidden } }],
});
