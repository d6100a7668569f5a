// What the Functions worker provides to `@azure/functions`, for a bundle that loads functions. Imported before them.
import { answerCoreRequire, Core } from '../../../infra/local/functions-host/core.ts';

answerCoreRequire(new Core(() => undefined).api);
