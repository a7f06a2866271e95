import { generateKeyPairSync, sign } from 'node:crypto';

export type Certificate = { readonly key: string; readonly cert: string };

/** A self-signed certificate for `name`, valid from yesterday on for `days`. https://www.rfc-editor.org/rfc/rfc5280 */
export function createCertificate(name: string, days: number = 2): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const who = sequence(set(sequence(oid([0x55, 4, 3]), der(0x0c, Buffer.from(name)))));
  const from = Date.now() - 86_400_000;
  const validity = sequence(time(from), time(from + days * 86_400_000));
  const altNames = sequence(der(0x82, Buffer.from(name)));
  const extensions = sequence(sequence(oid([0x55, 0x1d, 0x11]), der(0x04, altNames)));
  const algorithm = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.from([1]));
  const body = sequence(version, serial, algorithm, who, validity, who, spki, der(0xa3, extensions));
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const pem = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return der(0x31, part);
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text));
}
