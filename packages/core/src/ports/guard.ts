import { ConnectorError } from '../errors/connector-error.js';
import type { Ports, WireUrl } from './ports.js';

/** Where requests may go. */
export type GuardOptions = {
  /** `true` permits this machine alone, in plain text too; `false` permits encrypted connections to public hosts alone. */
  readonly sandbox: boolean;
};

/**
 * The same ports, with hosts guarded: what is refused never reaches the network.
 * `http.send` rejects and `ws.open` throws a `ConnectorError` `invalid-request`, `not-sent`.
 */
export function guardPorts(ports: Ports, { sandbox }: GuardOptions): Ports {
  const refusalOf = createCheck(sandbox);
  return {
    ...ports,
    http: {
      send: (request, limits) => {
        const refusal = refusalOf(request.url, 'https:', request.method);
        return refusal === undefined ? ports.http.send(request, limits) : Promise.reject(refusal);
      },
    },
    ws: {
      open: (url, on, limits) => {
        const refusal = refusalOf(url, 'wss:', 'OPEN');
        if (refusal !== undefined) throw refusal;
        return ports.ws.open(url, on, limits);
      },
    },
  };
}

type Check = (url: WireUrl, protocol: 'https:' | 'wss:', method: string) => ConnectorError | undefined;

/** Why an address is refused. A connector asks few hosts, each again and again: those that were permitted are remembered. */
function createCheck(sandbox: boolean): Check {
  const permitted = { 'https:': new Set<string>(), 'wss:': new Set<string>() };

  return (url, protocol, method) => {
    const isBare = url.username === '' && url.password === '';
    if (isBare && permitted[protocol].has(url.origin)) return undefined;
    const problem = sandbox ? whyNotSandbox(url) : whyNotLive(url, protocol);
    if (problem === undefined) {
      if (isBare) permitted[protocol].add(url.origin);
      return undefined;
    }
    const operation = `${method} ${url.protocol}//${url.host}${url.pathname}`;
    return new ConnectorError(problem, { kind: 'invalid-request', outcome: 'not-sent', operation });
  };
}

function whyNotSandbox(url: WireUrl): string | undefined {
  if (!/^(?:https?|wss?):$/.test(url.protocol)) return `${url.protocol} is no web protocol`;
  return isLoopback(hostOf(url)) ? undefined : `a sandbox reaches this machine alone, not ${url.hostname}`;
}

function whyNotLive(url: WireUrl, protocol: string): string | undefined {
  if (url.protocol !== protocol) return `only ${protocol}// leaves this machine, not ${url.protocol}//`;
  if (url.username !== '' || url.password !== '') return 'an address must not hold a user name or a password';
  return isPrivate(hostOf(url))
    ? `${url.hostname} is not a public host; for an emulator pass sandbox: true`
    : undefined;
}

/** The name or address alone. A URL has already turned every spelling of an IPv4 address into four numbers. */
function hostOf(url: WireUrl): string {
  return url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return toNumbers(host)?.[0] === 127;
}

function isPrivate(host: string): boolean {
  const numbers = toNumbers(host) ?? toNumbers(embedded(host));
  if (numbers !== undefined) return isReserved(numbers);
  if (host.includes(':')) return !isGlobal(host);
  return !host.includes('.') || /\.(?:localhost|local|internal|home\.arpa)$/.test(host);
}

type Numbers = readonly [number, number, number, number];

function toNumbers(host: string): Numbers | undefined {
  const [, first, second, third, fourth] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host) ?? [];
  return first === undefined ? undefined : [Number(first), Number(second), Number(third), Number(fourth)];
}

/** Addresses that are not on the public internet. https://www.iana.org/assignments/iana-ipv4-special-registry */
function isReserved([first, second, third]: Numbers): boolean {
  if ([0, 10, 127].includes(first) || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168 || (second === 0 && third === 0);
  return first === 198 && (second === 18 || second === 19);
}

/** The unicast space that is given out. https://www.iana.org/assignments/ipv6-unicast-address-assignments */
function isGlobal(host: string): boolean {
  return /^[23][0-9a-f]{3}:/.test(host) && !host.startsWith('2001:db8:');
}

/** The IPv4 address inside `::ffff:7f00:1` or `64:ff9b::a9fe:a9fe`, as four numbers; '' when there is none. */
function embedded(host: string): string {
  const [, high = '', low = ''] = /^(?:::ffff:|64:ff9b::|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === '') return '';
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
