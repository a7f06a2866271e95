import { decodeJson, type Feed, type HttpAnswer, type Look, type WireRequest } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import type { AnySimulationFixture } from '../simulation/fixture.js';
import type { Corpus } from './corpus.js';
import { noAnswer, openSession, type Session } from './session.js';
import type { Reading, StreamKind } from './spy.js';
import { problemIn, type Kind } from './whole.js';

export type Rehearsal<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly documents?: readonly string[];
  readonly corpus: Corpus;
};

const encoder = new TextEncoder();
const playMs = 8_000;

/**
 * Fills the corpus: with what the emulated venue says while every function is used once, and with the documents that parsers take.
 * Returns those functions, ready to be called again.
 */
export async function rehearse<O, C, W>({
  fixture,
  documents = [],
  corpus,
}: Rehearsal<O, C, W>): Promise<ReadonlyMap<Kind, Reading<O, C>>> {
  const session = await openSession({ fixture, seed: 'rehearsal', isUnlimited: true, sees: corpus.add });
  await play(session);
  session.spy.complete();
  const { market, trading, options } = fixture.spec;
  const look = { options: options(fixture.options ?? {}), market: () => undefined };
  takeMessages(market.feed, 'market', look, { documents, corpus });
  takeMessages(trading.feed, 'account', look, { documents, corpus });
  await takeAnswers(session, documents, corpus);
  // Refusals, as any request may meet them.
  for (const answer of Object.values(fixture.wire.answers).flat()) corpus.add('refusals', answer.body);
  await session.end();
  return session.spy.readings;
}

async function play<O, C, W>(session: Session<O, C, W>): Promise<void> {
  const { connector, exchanges, clock, fillHalf } = session;
  const quietly = async (work: Promise<unknown> | undefined): Promise<void> => {
    await clock.run(Promise.resolve(work).catch(() => undefined));
  };
  for (const exchange of exchanges) {
    const { pair, amount } = exchange;
    const terms = { pair, type: 'limit', amount: exchange.amounts(2) } as const;
    const resting = await clock.run(connector.place({ ...terms, side: 'buy', price: exchange.price }));
    // Others may have taken it already.
    fillHalf(resting.clientOrderId);
    await clock.advance(playMs);
    await quietly(connector.amend?.(resting.clientOrderId, { amount: exchange.amounts(1.5) }));
    await amendOne(session, exchange);
    await quietly(connector.refresh({ clientOrderId: resting.clientOrderId }));
    await quietly(connector.cancel(resting.clientOrderId));
    await quietly(connector.cancel('never-placed'));
    await quietly(connector.place({ pair, type: 'market', side: 'sell', amount }));
    await quietly(connector.place({ ...terms, side: 'sell', price: exchange.best('buy'), timeInForce: 'ioc' }));
    await quietly(connector.place({ ...terms, side: 'buy', price: exchange.away(-2) }));
    await quietly(connector.candles?.(pair, { interval: '1m', limit: 5 }));
    await quietly(connector.recentTrades?.(pair));
    await quietly(connector.fees?.(pair));
    await quietly(connector.closedOrders?.(pair));
    await clock.advance(playMs);
  }
  await quietly(connector.tickers?.());
  await quietly(connector.refresh('balances'));
  await quietly(connector.refresh('markets'));
  await rehearseMargin(session, quietly);
  await quietly(connector.cancelAll());
  await clock.advance(playMs * 8);
}

/** Far from where others trade, so that it still rests when it is changed. */
async function amendOne<O, C, W>({ connector, clock }: Session<O, C, W>, exchange: Exchange): Promise<void> {
  const { pair, amounts, away } = exchange;
  const terms = { pair, type: 'limit', side: 'buy', amount: amounts(2), price: away(-20) } as const;
  const { clientOrderId } = await clock.run(connector.place(terms));
  await clock.run(Promise.resolve(connector.amend?.(clientOrderId, { amount: amounts(1.5) })).catch(() => undefined));
}

async function rehearseMargin<O, C, W>(
  { connector: { positions }, exchanges, payFunding }: Session<O, C, W>,
  quietly: (work: Promise<unknown> | undefined) => Promise<void>,
): Promise<void> {
  if (positions === undefined) return;
  payFunding();
  await quietly(positions.payments());
  for (const { pair } of exchanges) {
    await quietly(positions.leverage?.(pair));
    await quietly(positions.setLeverage?.(pair, { leverage: '3', margin: 'cross' }));
  }
  await quietly(positions.setMode?.('hedge'));
}

type Documented = Pick<Required<Rehearsal<never, never, never>>, 'documents' | 'corpus'>;

function takeMessages<E, P, O>(feed: Feed<E, P, O>, kind: StreamKind, look: Look<O>, known: Documented): void {
  for (const [name, { frame, parse }] of Object.entries(feed.streams ?? {})) {
    const isRead = (text: string): boolean => {
      try {
        const framed = frame(decodeJson(text));
        return framed.type === 'data' && parse(framed.payload, look).length > 0;
      } catch {
        return false;
      }
    };
    for (const text of known.documents) if (isRead(text)) known.corpus.add(`${kind}.${name}`, text);
  }
}

/** A document belongs to every request whose reader makes something whole of it. */
async function takeAnswers<O, C, W>(
  { spy, clock, answering, placeOf }: Session<O, C, W>,
  documents: readonly string[],
  corpus: Corpus,
): Promise<void> {
  const api = spy.api();
  if (api === undefined) return;
  for (const [kind, reading] of spy.readings) {
    for (const text of documents) {
      const places = new Set<string>();
      const answer = (request: WireRequest): HttpAnswer => {
        if (places.size > 0) throw noAnswer(kind);
        places.add(placeOf(request));
        return { status: 200, headers: new Map(), body: encoder.encode(text) };
      };
      const value: unknown = await answering(answer, () => clock.run(reading(api).catch(() => undefined)));
      const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
      if (!isEmpty && problemIn(kind, value) === undefined) for (const place of places) corpus.add(place, text);
    }
  }
}
