/** Conditions of a search, by property. */
type Query = Readonly<Record<string, unknown>>;

interface ResultSet {
  find(query?: Query, firstOnly?: boolean): ResultSet;
}

interface Collection {
  chain(): ResultSet;
  findOne(query: Query): object | null;
  remove(documents: object | object[]): void;
  update(documents: object | object[]): void;
}

interface Store {
  readonly db: { getCollection(name: string): Collection };
}

/** The class that stores the queues of Azurite, as far as it is needed here. */
export interface QueueStoreClass {
  readonly prototype: Store & { readonly MESSAGES_COLLECTION: string; init(): Promise<void> };
}

/** The class that stores where the contents of messages and blobs are. */
export interface ExtentStoreClass {
  readonly prototype: Store & { readonly EXTENTS_COLLECTION: string; deleteExtent(id: string): Promise<void> };
}

/**
 * Makes the time that Azurite takes for a queue independent of the messages in other queues, as it is in Azure. Each receipt,
 * poll and deletion first removes expired messages: it compares all messages of the account, because only the first
 * condition of a search uses an index and that is the account, and rebuilds all indexes, even if nothing has expired.
 *
 * @see https://github.com/Azure/Azurite/blob/main/src/queue/persistence/LokiQueueMetadataStore.ts `clearExpiredMessages`
 * @see https://github.com/techfort/LokiJS/blob/master/src/lokijs.js `findAnd`, `removeBatchByPositions`
 */
export function isolateQueues({ prototype }: QueueStoreClass): void {
  const { init } = prototype;
  prototype.init = async function () {
    await init.call(this);
    const messages = this.db.getCollection(this.MESSAGES_COLLECTION);
    const chain = messages.chain.bind(messages);
    messages.chain = () => {
      const results = chain();
      const find = results.find.bind(results);
      results.find = (query, firstOnly) => find(query && queueFirst(query), firstOnly);
      return results;
    };
    messages.remove = oneByOne(messages.remove.bind(messages));
    messages.update = oneByOne(messages.update.bind(messages));
  };
}

/** For a list of documents, the collection rebuilds all its indexes, however short the list is. */
function oneByOne(change: (document: object) => void): (documents: object | object[]) => void {
  return (documents) => {
    for (const document of Array.isArray(documents) ? documents : [documents]) change(document);
  };
}

/** A search by message id already starts with the most selective index. */
function queueFirst(query: Query): Query {
  const { queueName } = query;
  return queueName === undefined || 'messageId' in query ? query : { queueName, ...query };
}

/** Once a minute, the contents of all deleted messages are removed, one after the other: without rebuilding the indexes each time. */
export function removeExtentsSingly({ prototype }: ExtentStoreClass): void {
  prototype.deleteExtent = async function (id) {
    const extents = this.db.getCollection(this.EXTENTS_COLLECTION);
    const extent = extents.findOne({ id });
    if (extent) extents.remove(extent);
  };
}
