import type { Exchange } from 'ccxt';

/** A client of ccxt that knows the venue's markets. */
export async function loaded<Client extends Exchange>(client: Client, parameters: object = {}): Promise<Client> {
  // What it asks for before it opens a WebSocket without TLS.
  await client.loadHttpProxyAgent();
  await client.loadMarkets(false, parameters);
  return client;
}

/** ccxt's orders need not have an id by their type. */
export function idOf({ id }: { readonly id?: string | undefined }): string {
  if (id === undefined) throw new Error('an order without an id');
  return id;
}
