import { createSchemaWriter } from '../../shared/openapi/schemas.ts';
import { INSPECTION_ROUTES } from '../local/acs-emulator/inspection/inspectionRoutes.ts';
import { chatItem, emailItem, itemSummary, smsItem } from '../local/acs-emulator/inspection/items.ts';
import { printInterface, type Schema } from './typePrinter.ts';

/** What the emulator's test helpers return, by name. */
const ITEM_TYPES = { ItemSummary: itemSummary, SmsItem: smsItem, EmailItem: emailItem, ChatItem: chatItem };

/** Plain types of what the emulator received, so that its users need no zod. */
export function emulatorItemTypes(): string {
  const writer = createSchemaWriter();
  const interfaces = Object.entries(ITEM_TYPES).map(([name, schema]) =>
    printInterface(name, writer.write(schema) as Schema),
  );
  return interfaces.join('\n\n');
}

/** A row for each call of the emulator's own API: the call, its query parameters, and what it does. */
export function emulatorCalls(): readonly (readonly string[])[] {
  return INSPECTION_ROUTES.map(({ method, path, description: { summary, query } }) => {
    const parameters = Object.keys(query.shape).map((name) => `\`${name}\``);
    return [`\`${method} ${path.replaceAll('::', ':')}\``, parameters.join(' '), summary];
  });
}
