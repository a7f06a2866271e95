import type { AccountEvent, FundingReport, MarketEvent, PositionEvent } from '@hb/connector-core';

import { createRequestLine, type RequestLineOptions } from './request-line.js';
import type { Declined, EmulatedVenue, VenueConnection, VenueSocket, VenueUpgrade } from '../venue.js';

export type Message = string | Uint8Array;

/** What a message to the connector says, as its own spec reads it; empty for what is no data. */
export type Told = {
  readonly stream: string;
  readonly events: readonly (MarketEvent | FundingReport | AccountEvent | PositionEvent)[];
  /** The id of the request that it answers. */
  readonly answers?: string;
};

/** Which messages are meant. */
export type Which = (told: Told) => boolean;

/** What arrives in place of a message: nothing when it is lost. */
export type Change = (message: Message) => readonly Message[];

export type StreamTap = {
  readonly connect: EmulatedVenue['connect'];
  /** Changes the next `times` messages that are meant, 1 when left out. Returns how often it has struck so far. */
  readonly change: (which: Which, change: Change, times?: number) => () => number;
  /** Keeps back the next message that is meant. Returns what delivers it. */
  readonly hold: (which: Which) => { readonly isHeld: () => boolean; readonly release: () => void };
  /** Sends something that the venue never said to every connection of a stream. */
  readonly push: (stream: string, message: Message) => void;
  /** Breaks every connection of a stream. */
  readonly drop: (stream: string) => void;
  /** From now on no connection of a stream carries anything, and nobody is told. */
  readonly silence: (stream: string) => void;
  /** Declines the next connections of a stream. */
  readonly decline: (stream: string, times: number, how: Declined) => void;
  /** How often a connection was asked for. */
  readonly attempts: (stream: string) => number;
};

export type StreamTapOptions = {
  readonly venue: EmulatedVenue;
  /** The stream that connects to this address. */
  readonly streamOf: (upgrade: VenueUpgrade) => string;
  readonly read: (stream: string, message: Message) => Told;
  readonly requests: Pick<RequestLineOptions, 'tap' | 'requestOf' | 'onInexpressible'>;
};

type Rule = { readonly which: Which; readonly change: Change; left: number; struck: number };
type Line = { readonly stream: string; readonly socket: VenueSocket; isSilent: boolean };

/** Stands between the network and the venue: reads every message to the connector, and changes those that a case names. */
export function createStreamTap({ venue, streamOf, read, requests }: StreamTapOptions): StreamTap {
  const lines = new Set<Line>();
  const rules: Rule[] = [];
  const declines: { readonly stream: string; readonly how: Declined; left: number }[] = [];
  const attempts = new Map<string, number>();

  function changed(stream: string, message: Message): readonly Message[] {
    const active = rules.filter(({ left }) => left > 0);
    if (active.length === 0) return [message];
    const told = read(stream, message);
    const rule = active.find(({ which }) => which(told));
    if (rule === undefined) return [message];
    rule.left -= 1;
    rule.struck += 1;
    return rule.change(message);
  }
  function connect(request: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    const stream = streamOf(request);
    attempts.set(stream, (attempts.get(stream) ?? 0) + 1);
    const declined = declines.find((each) => each.stream === stream && each.left > 0);
    if (declined !== undefined) {
      declined.left -= 1;
      return declined.how;
    }
    const line: Line = { stream, socket, isSilent: false };
    const asked = createRequestLine({
      ...requests,
      address: request.address,
      answerOf: (message) => read(stream, message).answers,
      toVenue: (bytes) => {
        if (!line.isSilent && 'message' in opened) opened.message(bytes);
      },
      toConnector: (message) => line.isSilent || socket.send(message),
      cut: () => socket.close(1006, ''),
    });
    const opened = venue.connect(request, {
      send: (message) => {
        if (line.isSilent || asked.answer(message)) return;
        for (const each of changed(stream, message)) socket.send(each);
      },
      ping: () => line.isSilent || socket.ping(),
      pong: () => line.isSilent || socket.pong(),
      close: (code, reason) => {
        if (line.isSilent) end(code);
        else socket.close(code, reason);
      },
    });
    if (!('message' in opened)) return opened;
    function end(code: number): void {
      if (!lines.delete(line) || !('message' in opened)) return;
      asked.end();
      opened.closed(code);
    }
    lines.add(line);
    return {
      message: (bytes) => line.isSilent || asked.ask(bytes) || opened.message(bytes),
      pong: () => line.isSilent || opened.pong?.(),
      ping: () => line.isSilent || (opened.ping ?? socket.pong)(),
      closed: end,
    };
  }
  const of = (stream: string): readonly Line[] => [...lines].filter((line) => line.stream === stream);
  function add(which: Which, change: Change, times: number): Rule {
    const rule = { which, change, left: times, struck: 0 };
    rules.push(rule);
    return rule;
  }
  return {
    connect,
    change: (which, change, times = 1) => {
      const rule = add(which, change, times);
      return () => rule.struck;
    },
    hold: (which) => {
      const held: { stream: string; message: Message }[] = [];
      let stream = '';
      add(
        (told) => {
          stream = told.stream;
          return which(told);
        },
        (message) => {
          held.push({ stream, message });
          return [];
        },
        1,
      );
      return {
        isHeld: () => held.length > 0,
        release: () => {
          for (const each of held.splice(0)) for (const { socket } of of(each.stream)) socket.send(each.message);
        },
      };
    },
    push: (stream, message) => {
      for (const { socket } of of(stream)) socket.send(message);
    },
    drop: (stream) => {
      for (const { socket } of of(stream)) socket.close(1006, '');
    },
    silence: (stream) => {
      for (const line of of(stream)) line.isSilent = true;
    },
    decline: (stream, times, how) => {
      declines.push({ stream, how, left: times });
    },
    attempts: (stream) => attempts.get(stream) ?? 0,
  };
}
